// Compiles sources and fuzz targets into node_modules/.cache, and gives the sources counters. Nothing is done when that
// is newer than all of them.
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { instrument } from './instrument.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const stamp = 'built';

/** Where the built program is. */
export const built = join(root, 'node_modules', '.cache', 'sluice-fuzz');

export function buildFuzz() {
  if (isUpToDate()) return;
  // In a place of its own, then put where it belongs: tests that run side by side may all want it.
  const making = `${built}-${process.pid}`;
  mkdirSync(making, { recursive: true });
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const args = [tsc, '-p', join(root, 'fuzz'), '--outDir', making];
  const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' });
  if (status !== 0) throw new Error('The fuzz targets do not compile');
  for (const name of readdirSync(join(making, 'src'), { recursive: true })) {
    if (!name.endsWith('.js')) continue;
    const path = join(making, 'src', name);
    writeFileSync(path, instrument(readFileSync(path, 'utf8')));
  }
  writeFileSync(join(making, 'package.json'), '{ "type": "module" }');
  writeFileSync(join(making, stamp), '');
  if (isUpToDate()) rmSync(making, { recursive: true });
  else {
    rmSync(built, { recursive: true, force: true });
    renameSync(making, built);
  }
}

function isUpToDate() {
  if (!existsSync(join(built, stamp))) return false;
  const { mtimeMs } = statSync(join(built, stamp));
  return ['src', 'fuzz', 'tsconfig.json', 'package.json'].every((name) => newest(join(root, name)) < mtimeMs);
}

/** Crash files are no sources. */
function newest(path) {
  if (path.endsWith('crashes')) return 0;
  const status = statSync(path);
  if (!status.isDirectory()) return status.mtimeMs;
  return Math.max(status.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
}

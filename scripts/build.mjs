// Compiles the server and the console into dist/; TypeScript is the only build tool.
// With --if-changed it does nothing when dist/ is newer than every source.
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const dist = join(root, 'dist');
const stamp = join(dist, '.built');
const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');

function newest(path) {
  const { mtimeMs } = statSync(path);
  if (!statSync(path).isDirectory()) return mtimeMs;
  return Math.max(mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
}

function isUpToDate() {
  const sources = ['src', 'console', 'scripts', 'package.json', 'tsconfig.json', 'tsconfig.build.json'];
  return existsSync(stamp) && sources.every((name) => newest(join(root, name)) < statSync(stamp).mtimeMs);
}

if (process.argv.includes('--if-changed') && isUpToDate()) process.exit(0);

/** Of every file, so that npm packs the same bytes whatever umask they were written with. */
function settleModes(path) {
  if (statSync(path).isDirectory()) for (const name of readdirSync(path)) settleModes(join(path, name));
  else chmodSync(path, 0o644);
}

rmSync(dist, { recursive: true, force: true });
mkdirSync(join(dist, 'console'), { recursive: true });
for (const project of ['tsconfig.build.json', 'console/tsconfig.json']) {
  const { status } = spawnSync(process.execPath, [tsc, '-p', join(root, project)], { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
cpSync(join(root, 'console'), join(dist, 'console'), {
  recursive: true,
  filter: (path) => !path.endsWith('.ts') && !path.endsWith('tsconfig.json'),
});
for (const name of ['dist', 'packaging', 'package.json', 'README.md', 'LICENSE', 'CHANGELOG.md']) {
  settleModes(join(root, name));
}
writeFileSync(stamp, '');

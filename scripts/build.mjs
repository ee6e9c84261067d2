// Builds the server (tsc) and the console (Vite) into dist/; `npm run types` checks the types of the console.
// With --if-changed it does nothing when dist/ is newer than every source.
import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const dist = join(root, 'dist');
const stamp = join(dist, '.built');

function newest(path) {
  const { mtimeMs } = statSync(path);
  if (!statSync(path).isDirectory()) return mtimeMs;
  return Math.max(mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
}

function isUpToDate() {
  const sources = ['src', 'console', 'scripts', 'package.json', 'tsconfig.json', 'tsconfig.build.json'];
  return existsSync(stamp) && sources.every((name) => newest(join(root, name)) < statSync(stamp).mtimeMs);
}

/** Runs a tool of node_modules, whatever kind of environment this is; resolves with its exit code. */
function run(tool, ...args) {
  const program = join(root, 'node_modules', ...tool);
  const env = { ...process.env, NODE_ENV: 'production' };
  const child = spawn(process.execPath, [program, ...args], { cwd: root, stdio: 'inherit', env });
  return new Promise((resolve) => child.once('exit', (code) => resolve(code ?? 1)));
}

if (process.argv.includes('--if-changed') && isUpToDate()) process.exit(0);

/** Of every file, so that npm packs the same bytes whatever umask they were written with. */
function settleModes(path) {
  if (statSync(path).isDirectory()) for (const name of readdirSync(path)) settleModes(join(path, name));
  else chmodSync(path, 0o644);
}

rmSync(dist, { recursive: true, force: true });
mkdirSync(dist);
const codes = await Promise.all([
  run(['typescript', 'bin', 'tsc'], '-p', 'tsconfig.build.json'),
  run(['vite', 'bin', 'vite.js'], 'build', '--config', 'console/vite.config.ts', '--logLevel', 'warn'),
]);
const failed = codes.find((code) => code !== 0);
if (failed !== undefined) process.exit(failed);
// A container is built without those that only a package has.
for (const name of ['dist', 'packaging', 'package.json', 'README.md', 'LICENSE', 'CHANGELOG.md']) {
  if (existsSync(join(root, name))) settleModes(join(root, name));
}
writeFileSync(stamp, '');

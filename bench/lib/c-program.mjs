// The benchmark's programs in C: built on demand.
import { existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { endChild, startChild, within } from './children.mjs';

const folder = fileURLToPath(new URL('../floor/build', import.meta.url));
const compileTimeout = 60_000;

/** Where the program of a name is, once built. */
export function pathOf(name) {
  return `${folder}/${name}`;
}

/**
 * Compiles a program unless that has been done since its source changed.
 *
 * @param {string} path in bench/: a file that is the program, with the headers beside it, or a folder all of whose files
 *   are; the program is named after it
 * @param {string[]} libraries flags for the linker
 * @throws {Error} whose message says what is missing
 */
export async function build(path, libraries = []) {
  const source = fileURLToPath(new URL(`../${path}`, import.meta.url));
  const program = pathOf(basename(path, '.c'));
  const isFile = path.endsWith('.c');
  const place = isFile ? dirname(source) : source;
  const files = readdirSync(place)
    .map((name) => join(place, name))
    .filter((file) => !isFile || file === source || file.endsWith('.h'));
  const newest = Math.max(...files.map((file) => statSync(file).mtimeMs));
  if (existsSync(program) && statSync(program).mtimeMs > newest) return;
  mkdirSync(folder, { recursive: true });
  const units = files.filter((file) => file.endsWith('.c'));
  try {
    await run('cc', ['-O2', '-o', program, ...units, ...libraries], compileTimeout);
  } catch (error) {
    const reason = error.code === 'ENOENT' ? 'no C compiler (cc)' : error.message.split('\n')[0];
    const headers = libraries.includes('-lcrypto') ? " and OpenSSL's headers (libssl-dev)" : '';
    throw new Error(`${reason}; it takes a C compiler${headers}`);
  }
}

/** Runs a program to its end and returns what it wrote; fails when the program does. */
export async function run(command, args, timeout) {
  const { code, signal, stdout, stderr } = await execute(command, args, timeout);
  if (code !== 0) throw new Error(`${command} failed with ${signal ?? code}: ${stderr.trim()}`);
  return stdout;
}

/** The same whatever its exit code is. */
export async function runToEnd(command, args, timeout) {
  return (await execute(command, args, timeout)).stdout;
}

async function execute(command, args, timeout) {
  const child = startChild(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const written = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr']) child[name]?.on('data', (text) => (written[name] += text));
  const ended = new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, ...written }));
  });
  try {
    return await within(ended, timeout, command);
  } finally {
    await endChild(child, 0);
  }
}

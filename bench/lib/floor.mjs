// The floor: what the kernel and the cipher alone cost a packet, in C. Built on demand, left out where that cannot be.
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { endChild, startChild, within } from './children.mjs';

/**
 * @typedef {object} Floor CPU µs a packet
 * @property {number} frames a whole frame a viewer in one message, cut up by the kernel: what the server does at best
 * @property {number} gso the same with 4 packets a message
 * @property {number} sendto one call a packet
 */

const source = fileURLToPath(new URL('../floor/floor.c', import.meta.url));
const folder = fileURLToPath(new URL('../floor/build', import.meta.url));
const program = `${folder}/floor`;
const compileTimeout = 60_000;
const segments = { frames: 64, gso: 4, sendto: 0 };
const seconds = 2;

/**
 * Compiles the floor unless that has been done.
 *
 * @returns {Promise<string | null>} why there is none, null when there is one
 */
export async function buildFloor() {
  if (existsSync(program) && statSync(program).mtimeMs > statSync(source).mtimeMs) return null;
  mkdirSync(folder, { recursive: true });
  try {
    await run('cc', ['-O2', '-o', program, source, '-lcrypto'], compileTimeout);
    return null;
  } catch (error) {
    const reason = error.code === 'ENOENT' ? 'no C compiler (cc)' : error.message.split('\n')[0];
    return `${reason}; it takes a C compiler and OpenSSL's headers (libssl-dev)`;
  }
}

/**
 * @param {number} viewers
 * @param {import('./options.mjs').Options} options
 * @returns {Promise<Floor>}
 */
export async function measureFloor(viewers, { rate, size }) {
  const floor = {};
  for (const [name, perMessage] of Object.entries(segments)) {
    const args = [perMessage, viewers, rate, size, seconds].map(String);
    const { packets, received, user, system } = JSON.parse(await run(program, args, (seconds + 10) * 1000));
    if (received < packets) console.error(`floor: ${packets - received} of ${packets} packets were lost`);
    floor[name] = user + system;
  }
  return /** @type {Floor} */ (floor);
}

/** Runs a program to its end and returns what it wrote. */
async function run(command, args, timeout) {
  const child = startChild(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const written = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr']) child[name]?.on('data', (text) => (written[name] += text));
  const ended = new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (code === 0) resolve(written.stdout);
      else reject(new Error(`${command} failed with ${signal ?? code}: ${written.stderr.trim()}`));
    });
  });
  try {
    return await within(ended, timeout, command);
  } finally {
    await endChild(child, 0);
  }
}

// The floors: what the kernel and the cipher alone cost a packet, in C. Built on demand, left out where that cannot be.
import { fileURLToPath } from 'node:url';
import { build, pathOf, run } from './c-program.mjs';

/**
 * @typedef {object} Floor CPU µs a packet
 * @property {number} frames a whole frame a viewer in one message, cut up by the kernel: what the server does at best
 * @property {number} gso the same with 4 packets a message
 * @property {number} sendto one call a packet
 */

/**
 * @typedef {object} RelayFloor CPU µs a packet through
 * @property {number} relay that is received, opened, sealed and sent as soon as it comes
 * @property {number} paced the same with a pause between two readings, so that packets share calls
 * @property {number} script the latter in JavaScript, with the server's own way to the kernel and to OpenSSL
 */

const segments = { frames: 64, gso: 4, sendto: 0 };
/** µs; as long as the server waits at most, see `media.gatherTime`. */
const pauses = { relay: 0, paced: 2000 };
const seconds = 2;
/** V8 compiles for the first half of it, which does not count. */
const scriptSeconds = 12;
const script = fileURLToPath(new URL('../floor/relay.mjs', import.meta.url));

/**
 * Compiles the floors unless that has been done.
 *
 * @returns {Promise<string | null>} why there are none, null when there are
 */
export async function buildFloors() {
  try {
    await build('floor/floor.c', ['-lcrypto']);
    await build('floor/relay.c', ['-lcrypto']);
    await build('floor/traffic.c', ['-lcrypto']);
    return null;
  } catch (error) {
    return error.message;
  }
}

/**
 * @param {number} viewers
 * @param {{ rate: number, size: number }} options
 * @returns {Promise<Floor>}
 */
export async function measureFloor(viewers, { rate, size }) {
  return /** @type {Floor} */ (await measureEach('floor', segments, [viewers, rate, size]));
}

/**
 * @param {number} publishers
 * @param {{ rate: number, size: number }} options
 * @returns {Promise<RelayFloor>}
 */
export async function measureRelayFloor(publishers, { rate, size }) {
  const load = [publishers, rate, size];
  const floor = await measureEach('relay', pauses, load);
  const args = [script, pauses.paced, ...load, scriptSeconds];
  return /** @type {RelayFloor} */ ({
    ...floor,
    script: await measure(process.execPath, args, scriptSeconds),
  });
}

/** Runs a program once for each of its variants. */
async function measureEach(program, variants, load) {
  const floor = {};
  for (const [name, variant] of Object.entries(variants))
    floor[name] = await measure(pathOf(program), [variant, ...load, seconds], seconds);
  return floor;
}

/** @returns {Promise<number>} CPU µs a packet */
async function measure(program, args, length) {
  const { packets, received, user, system } = JSON.parse(
    await run(program, args.map(String), (length + 10) * 1000),
  );
  if (received < packets) console.error(`${program}: ${packets - received} of ${packets} packets were lost`);
  return user + system;
}

/**
 * @template {Floor | RelayFloor} T
 * @param {T} one
 * @param {T} other
 * @returns {T}
 */
export function mean(one, other) {
  const names = Object.keys(one);
  return /** @type {any} */ (Object.fromEntries(names.map((name) => [name, (one[name] + other[name]) / 2])));
}

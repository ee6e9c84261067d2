// The floors: what the kernel and the cipher alone cost a packet, in C. Built on demand, left out where that cannot be.
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
 */

const segments = { frames: 64, gso: 4, sendto: 0 };
/** µs; as long as the server waits at most, see `media.gatherTime`. */
const pauses = { relay: 0, paced: 2000 };
const seconds = 2;

/**
 * Compiles the floors unless that has been done.
 *
 * @returns {Promise<string | null>} why there are none, null when there are
 */
export async function buildFloors() {
  try {
    await build('floor/floor.c', ['-lcrypto']);
    await build('floor/relay.c', ['-lcrypto']);
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
  return /** @type {RelayFloor} */ (await measureEach('relay', pauses, [publishers, rate, size]));
}

/** Runs a program once for each of its variants. */
async function measureEach(program, variants, load) {
  const floor = {};
  for (const [name, variant] of Object.entries(variants)) {
    const args = [variant, ...load, seconds].map(String);
    const { packets, received, user, system } = JSON.parse(
      await run(pathOf(program), args, (seconds + 10) * 1000),
    );
    if (received < packets)
      console.error(`${program}: ${packets - received} of ${packets} packets were lost`);
    floor[name] = user + system;
  }
  return floor;
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

// The floor: what the kernel and the cipher alone cost a packet, in C. Built on demand, left out where that cannot be.
import { build, pathOf, run } from './c-program.mjs';

/**
 * @typedef {object} Floor CPU µs a packet
 * @property {number} frames a whole frame a viewer in one message, cut up by the kernel: what the server does at best
 * @property {number} gso the same with 4 packets a message
 * @property {number} sendto one call a packet
 */

const program = 'floor';
const segments = { frames: 64, gso: 4, sendto: 0 };
const seconds = 2;

/**
 * Compiles the floor unless that has been done.
 *
 * @returns {Promise<string | null>} why there is none, null when there is one
 */
export async function buildFloor() {
  try {
    await build('floor/floor.c', ['-lcrypto']);
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
  const floor = {};
  for (const [name, perMessage] of Object.entries(segments)) {
    const args = [perMessage, viewers, rate, size, seconds].map(String);
    const { packets, received, user, system } = JSON.parse(
      await run(pathOf(program), args, (seconds + 10) * 1000),
    );
    if (received < packets) console.error(`floor: ${packets - received} of ${packets} packets were lost`);
    floor[name] = user + system;
  }
  return /** @type {Floor} */ (floor);
}

/**
 * @param {Floor} one
 * @param {Floor} other
 * @returns {Floor}
 */
export function mean(one, other) {
  const names = /** @type {(keyof Floor)[]} */ (Object.keys(one));
  return /** @type {any} */ (Object.fromEntries(names.map((name) => [name, (one[name] + other[name]) / 2])));
}

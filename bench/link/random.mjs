// Random numbers that a seed repeats.

/**
 * A sequence of its own for each use, so that switching one impairment on does not change what another one does.
 *
 * @param {number} seed
 * @param {string} use what the numbers are for
 * @returns {() => number} from 0 up to but without 1 (mulberry32)
 */
export function seededRandom(seed, use) {
  let state = hash(`${seed} ${use}`);
  return () => {
    state = (state + 0x6d2b_79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** FNV-1a, 32 bit. */
function hash(text) {
  let value = 0x811c_9dc5;
  for (const byte of Buffer.from(text)) value = Math.imul(value ^ byte, 0x0100_0193);
  return value | 0;
}

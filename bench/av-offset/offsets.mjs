// From times of flashes and beeps to how far sound and picture are apart.

/**
 * @typedef {object} Offset of one minute
 * @property {number} minute
 * @property {number} median ms by which sound comes behind the picture
 * @property {number} least
 * @property {number} most
 * @property {number} count
 */

/** A beep belongs to a flash that is no farther from it, s. */
const near = 0.45;

/**
 * @param {{ flashes: number[], beeps: number[] }} times s, ascending
 * @param {{ skip?: number }} [options] s at the start that are left out: the first sender reports have to come before the
 *   clocks are known
 * @returns {Offset[]}
 */
export function offsetsByMinute({ flashes, beeps }, { skip = 10 } = {}) {
  const begin = flashes[0] ?? 0;
  /** @type {number[][]} */
  const minutes = [];
  let next = 0;
  for (const flash of flashes) {
    while (next < beeps.length && beeps[next] < flash - near) next++;
    const beep = beeps[next];
    if (beep === undefined || beep > flash + near || flash - begin < skip) continue;
    const minute = Math.floor((flash - begin) / 60);
    minutes[minute] ??= [];
    minutes[minute].push((beep - flash) * 1000);
  }
  return minutes.flatMap((offsets, minute) => {
    offsets.sort((a, b) => a - b);
    const median = offsets[offsets.length >> 1];
    return [{ minute, median, least: offsets[0], most: offsets.at(-1), count: offsets.length }];
  });
}

/**
 * The minutes that both have, and by how much more the sound is late in the first.
 *
 * @param {Offset[]} one
 * @param {Offset[]} other
 * @returns {{ minute: number, difference: number }[]}
 */
export function compared(one, other) {
  const medians = new Map(other.map(({ minute, median }) => [minute, median]));
  return one
    .filter(({ minute }) => medians.has(minute))
    .map(({ minute, median }) => ({ minute, difference: median - medians.get(minute) }));
}

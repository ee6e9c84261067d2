// From times of flashes and beeps to how far sound and picture are apart, and how that changes.

/**
 * @typedef {{ flashes: number[], beeps: number[] }} Times s, ascending
 * @typedef {{ time: number, offset: number }} Offset of one flash: its time, s, and by how many ms its beep comes behind it
 */

/**
 * @typedef {object} Minute
 * @property {number} minute from 0
 * @property {number} median ms
 * @property {number} least
 * @property {number} most
 * @property {number} count
 */

/** A beep belongs to a flash that is no farther from it, s; flashes are 0.8 s apart or more. */
const near = 0.35;

/**
 * @param {Times} times
 * @param {{ skip?: number }} [options] s at the start that are left out: the first sender reports have to come before the
 *   clocks are known
 * @returns {Offset[]}
 */
export function offsetsOf({ flashes, beeps }, { skip = 10 } = {}) {
  const begin = flashes[0] ?? 0;
  const offsets = [];
  let next = 0;
  for (const flash of flashes) {
    while (next < beeps.length && beeps[next] < flash - near) next++;
    const beep = beeps[next];
    if (beep === undefined || beep > flash + near || flash - begin < skip) continue;
    offsets.push({ time: flash, offset: (beep - flash) * 1000 });
  }
  return offsets;
}

/** @param {Offset[]} offsets ascending @returns {Minute[]} counted from the first */
export function byMinute(offsets) {
  /** @type {number[][]} */
  const minutes = [];
  for (const { time, offset } of offsets) {
    const minute = Math.floor((time - offsets[0].time) / 60);
    minutes[minute] ??= [];
    minutes[minute].push(offset);
  }
  return minutes.flatMap((values, minute) => {
    values.sort((a, b) => a - b);
    const median = values[values.length >> 1];
    return [{ minute, median, least: values[0], most: values.at(-1), count: values.length }];
  });
}

/** The straight line through them. @param {Offset[]} offsets @returns {number} ms an hour */
export function driftOf(offsets) {
  if (offsets.length < 2) return 0;
  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const time = mean(offsets.map((offset) => offset.time));
  const height = mean(offsets.map((offset) => offset.offset));
  let [up, along] = [0, 0];
  for (const offset of offsets) {
    up += (offset.time - time) * (offset.offset - height);
    along += (offset.time - time) ** 2;
  }
  return along === 0 ? 0 : (up / along) * 3600;
}

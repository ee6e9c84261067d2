// The same flash and the same beep in two files that began at different times and whose clocks need not run alike.

/** The two files' times of one flash may differ by so much from what the flashes before it say, s: three pictures of 30 a second. */
const near = 0.1;
/** Flashes at the start of either file among which the shift between both is looked for. */
const first = 60;
/** Flashes by which a shift is judged. */
const judged = 150;
/** Share of these that have to agree: by chance a tenth does, since the source is irregular. */
const agreement = 0.6;
/** How much of a difference is taken for drift. */
const follow = 0.1;

/**
 * @typedef {object} Pair what one file and the other say of the same flash and beep
 * @property {number} time of the flash in the first file, s
 * @property {number} offset ms by which sound comes behind the picture in the first
 * @property {number} other the same in the second
 */

/**
 * @param {import('./offsets.mjs').Offset[]} one ascending
 * @param {import('./offsets.mjs').Offset[]} other ascending
 * @returns {Pair[]}
 * @throws {Error} where the files are not of the same source
 */
export function matched(one, other) {
  let shift = shiftOf(
    one.map(({ time }) => time),
    other.map(({ time }) => time),
  );
  const pairs = [];
  for (const { time, offset } of one) {
    const found = nearest(other, time + shift);
    if (found === undefined) continue;
    shift += (found.time - time - shift) * follow;
    pairs.push({ time, offset, other: found.offset });
  }
  return pairs;
}

/** What has to be added to times of the first to get those of the second, s. */
function shiftOf(one, other) {
  const times = one.slice(0, judged);
  const others = other.map((time) => ({ time }));
  let best = { shift: 0, count: 0 };
  for (const from of times.slice(0, first))
    for (const to of other.slice(0, first)) {
      const shift = to - from;
      const count = times.filter((time) => nearest(others, time + shift)).length;
      if (count > best.count) best = { shift, count };
    }
  if (best.count === 0 || best.count < agreement * Math.min(times.length, other.length))
    throw new Error(`of ${times.length} flashes only ${best.count} are in both files`);
  return best.shift;
}

/** @template {{ time: number }} T @param {T[]} list ascending @param {number} time @returns {T | undefined} */
function nearest(list, time) {
  let [from, to] = [0, list.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (list[middle].time < time - near) from = middle + 1;
    else to = middle;
  }
  let found;
  for (let at = from; at < list.length && list[at].time <= time + near; at++)
    if (found === undefined || Math.abs(list[at].time - time) < Math.abs(found.time - time)) found = list[at];
  return found;
}

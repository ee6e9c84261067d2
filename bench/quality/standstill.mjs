// When the picture stood still, from the times at which pictures were shown.

/** Pictures whose mean distance tells what is too long, as in browsers. */
const meanOver = 30;

/**
 * By the definition of `freezeCount` (W3C, Identifiers for WebRTC's Statistics API): a distance between two pictures
 * longer than three times the mean of those before, and than that mean plus 150 ms. Browsers count a standstill when
 * it is over, so one that never ends is none to them.
 *
 * @param {number[]} shown times of pictures, ms, ascending
 * @param {number} from start of the window
 * @param {number} to its end
 * @returns {{ total: number, unfinished: number, earlier: number }} ms within the window; those of the one that
 *   outlasts it; what one that reaches into the window took before
 */
export function standstills(shown, from, to) {
  const distances = [];
  let total = 0;
  let earlier = 0;
  let last = shown[0] ?? Number.NEGATIVE_INFINITY;
  for (const at of [...shown.slice(1), Number.POSITIVE_INFINITY]) {
    const end = Math.min(at, to);
    const inside = isTooLong(end - last, distances) ? Math.max(0, end - Math.max(last, from)) : 0;
    total += inside;
    if (inside > 0 && last < from && last > Number.NEGATIVE_INFINITY) earlier = from - last;
    if (at > to) return { total, unfinished: inside, earlier };
    distances.push(at - last);
    if (distances.length > meanOver) distances.shift();
    last = at;
  }
  return { total, unfinished: 0, earlier };
}

function isTooLong(distance, distances) {
  const mean = distances.reduce((sum, value) => sum + value, 0) / Math.max(1, distances.length);
  return distance > Math.max(3 * mean, mean + 150);
}

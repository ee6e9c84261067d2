// When the picture stood still, from the times at which pictures were shown.

/** Pictures whose mean distance tells what is too long, as in browsers. */
const meanOver = 30;

/**
 * By the definition of `freezeCount` (W3C, Identifiers for WebRTC's Statistics API): a distance between two pictures
 * longer than three times the mean of those before, and than that mean plus 150 ms. Chromium itself counts a standstill
 * only when it is over, with all of it, and none before the sixth picture: it would call a viewer who sees nothing at
 * all a happy one.
 *
 * @param {number[]} shown times of pictures, ms, ascending
 * @param {number} from start of the window
 * @param {number} to its end
 * @returns {{ total: number, freezes: number }} ms within the window; number of freezes
 */
export function standstills(shown, from, to) {
  const distances = [];
  let total = 0;
  let freezes = 0;
  let last = shown[0] ?? Number.NEGATIVE_INFINITY;
  for (const at of [...shown.slice(1), Number.POSITIVE_INFINITY]) {
    const end = Math.min(at, to);
    const inside = isTooLong(end - last, distances) ? Math.max(0, end - Math.max(last, from)) : 0;
    total += inside;
    if (inside > 0) freezes += 1;
    if (at > to) return { total, freezes };
    distances.push(at - last);
    if (distances.length > meanOver) distances.shift();
    last = at;
  }
  return { total, freezes };
}

function isTooLong(distance, distances) {
  const mean = distances.reduce((sum, value) => sum + value, 0) / Math.max(1, distances.length);
  return distance > Math.max(3 * mean, mean + 150);
}

// Percentiles: of many waits, those that matter.

/** @typedef {{ count: number, p50: number, p99: number, p999: number, max: number }} Distribution */

/**
 * Percentiles by nearest rank: the least of the values that at least this share of all do not exceed.
 *
 * @param {ArrayLike<number>} values in any order, not changed
 * @returns {Distribution} in the values' unit; NaN when there are none
 */
export function distribution(values) {
  const sorted = Float64Array.from(values).sort();
  const count = sorted.length;
  const at = (perMille) =>
    count === 0 ? Number.NaN : sorted[Math.max(0, Math.ceil((count * perMille) / 1000) - 1)];
  return { count, p50: at(500), p99: at(990), p999: at(999), max: at(1000) };
}

/**
 * What one way takes longer than the other, percentile by percentile.
 *
 * @param {Distribution} one
 * @param {Distribution} other
 */
export function difference(one, other) {
  const names = /** @type {const} */ (['p50', 'p99', 'p999', 'max']);
  return Object.fromEntries(names.map((name) => [name, one[name] - other[name]]));
}

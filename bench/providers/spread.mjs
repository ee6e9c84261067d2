// What is usual and what is not, of a few figures.

/**
 * @param {number[]} values
 * @returns {{ count: number, median: number, least: number, most: number, p95: number }} whole numbers
 * @throws {Error} where there are none
 */
export function spread(values) {
  if (values.length === 0) throw new Error('nothing was measured');
  const sorted = values.toSorted((a, b) => a - b);
  const at = (part) => Math.round(sorted[Math.floor(part * (sorted.length - 1))]);
  return { count: sorted.length, median: at(0.5), least: at(0), most: at(1), p95: at(0.95) };
}

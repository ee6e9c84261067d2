/**
 * What is due at intervals is due at multiples of this, ms: that of all publishers and viewers falls together, and so shares
 * what a turn of the loop costs.
 */
export const tickInterval = 50;

/** The last such moment, ms. */
export function lastTick(now: number): number {
  return Math.floor(now / tickInterval) * tickInterval;
}

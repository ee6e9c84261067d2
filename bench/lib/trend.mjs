// Whether something grows: the straight line through samples.

/**
 * @typedef {object} Trend
 * @property {number} mean of the values
 * @property {number} slope a second
 * @property {number} error standard error of the slope
 * @property {number} growth what the line rises from the first sample to the last
 */

/**
 * Ordinary least squares.
 *
 * @param {{ at: number, value: number }[]} samples at: s; at least 3, at different times
 * @returns {Trend}
 */
export function trend(samples) {
  const count = samples.length;
  const sum = (pick) => samples.reduce((all, one) => all + pick(one), 0);
  const time = sum(({ at }) => at) / count;
  const mean = sum(({ value }) => value) / count;
  const spread = sum(({ at }) => (at - time) ** 2);
  const slope = sum(({ at, value }) => (at - time) * (value - mean)) / spread;
  const residuals = sum(({ at, value }) => (value - mean - slope * (at - time)) ** 2);
  const error = Math.sqrt(residuals / (count - 2) / spread);
  return { mean, slope, error, growth: slope * (samples[count - 1].at - samples[0].at) };
}

/**
 * Whether a trend is one: more than `tolerance` in the whole time, and more than the samples' own scatter explains, by
 * three standard errors. Both, because a short sawtooth has a slope by chance, and in many samples a rise that matters to
 * nobody is still significant.
 *
 * @param {Trend} trend
 * @param {number} tolerance
 */
export function rises({ slope, error, growth }, tolerance) {
  return growth > tolerance && slope > 3 * error;
}

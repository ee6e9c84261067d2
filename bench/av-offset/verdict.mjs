// Whether sound and picture of the recording stay in step.
import { driftOf } from './offsets.mjs';

/** Of the project: ms, over an hour. */
export const limit = 40;
/** Share of the flashes that have to be below: an encoder that leaves a picture out makes one flash late, and no more. */
const almostAll = 0.99;
/** Share of the flashes of the reference that have to be in the recording too, for the rest to say anything. */
const enough = 0.95;

/**
 * @typedef {object} Verdict
 * @property {number} flashes of the reference
 * @property {number} compared of these
 * @property {number} below the limit, of those compared
 * @property {number} worstMinute the median of a minute that is farthest from 0, ms
 * @property {number} worstFlash ms
 * @property {number} drift ms an hour
 * @property {boolean} met
 */

/**
 * @param {import('./offsets.mjs').Offset[]} shares what the recording adds, flash by flash
 * @param {import('./offsets.mjs').Minute[]} minutes the same by minute
 * @param {number} flashes of the reference
 * @returns {Verdict}
 */
export function judge(shares, minutes, flashes) {
  const below = shares.filter(({ offset }) => Math.abs(offset) < limit).length;
  const worstMinute = farthest(minutes.map(({ median }) => median));
  const met =
    shares.length > 0 &&
    Math.abs(worstMinute) < limit &&
    below >= almostAll * shares.length &&
    shares.length >= enough * flashes;
  const worstFlash = farthest(shares.map(({ offset }) => offset));
  return { flashes, compared: shares.length, below, worstMinute, worstFlash, drift: driftOf(shares), met };
}

function farthest(values) {
  return values.reduce((worst, value) => (Math.abs(value) > Math.abs(worst) ? value : worst), 0);
}

// Whether sound and picture of the recording stay in step.
import { driftOf } from './offsets.mjs';

/** Of the project: ms, over an hour. */
export const limit = 40;
/** Share of the flashes that have to be below: an encoder that leaves a picture out makes one flash late, and no more. */
const almostAll = 0.99;
/** Share of the flashes of the reference that have to be in the recording too, for the rest to say anything. */
const enough = 0.95;
/** The source is steady where its sound and picture stay in step with each other for so long, s, before and after: longer than
 * what is between two sender reports, and what a recorder may take to follow. */
const steadyTime = 8;
/** Share of the flashes that have to be of a steady source. */
const enoughSteady = 0.25;

/**
 * @typedef {import('./match.mjs').Pair} Pair
 * @typedef {object} Verdict
 * @property {number} flashes of the reference
 * @property {number} compared of these
 * @property {number} below the limit, of those compared
 * @property {number} steady those at which the source was
 * @property {number} steadyBelow the limit, of these
 * @property {number} worstMinute the median of a minute that is farthest from 0, ms
 * @property {number} worstFlash ms
 * @property {number} drift ms an hour
 * @property {boolean} met
 */

/** What the recording adds, flash by flash. @param {Pair[]} pairs @returns {import('./offsets.mjs').Offset[]} */
export function sharesOf(pairs) {
  return pairs.map(({ time, offset, other }) => ({ time, offset: offset - other }));
}

/**
 * @param {Pair[]} pairs
 * @param {import('./offsets.mjs').Minute[]} minutes the shares by minute
 * @param {number} flashes of the reference
 * @returns {Verdict}
 */
export function judge(pairs, minutes, flashes) {
  const shares = sharesOf(pairs);
  const steady = sharesOf(steadyOf(pairs));
  const below = (list) => list.filter(({ offset }) => Math.abs(offset) < limit).length;
  const worstMinute = farthest(minutes.map(({ median }) => median));
  const met =
    shares.length > 0 &&
    shares.length >= enough * flashes &&
    Math.abs(worstMinute) < limit &&
    steady.length >= enoughSteady * shares.length &&
    below(steady) >= almostAll * steady.length;
  return {
    flashes,
    compared: shares.length,
    below: below(shares),
    steady: steady.length,
    steadyBelow: below(steady),
    worstMinute,
    worstFlash: farthest(shares.map(({ offset }) => offset)),
    drift: driftOf(shares),
    met,
  };
}

/** Those around which the reference moves by less than the limit. A browser's sound may jump by tenths of a second. */
function steadyOf(pairs) {
  let from = 0;
  let to = 0;
  return pairs.filter(({ time }) => {
    while (pairs[from].time < time - steadyTime) from++;
    while (to < pairs.length && pairs[to].time <= time + steadyTime) to++;
    const near = pairs.slice(from, to).map(({ other }) => other);
    return Math.max(...near) - Math.min(...near) < limit;
  });
}

function farthest(values) {
  return values.reduce((worst, value) => (Math.abs(value) > Math.abs(worst) ? value : worst), 0);
}

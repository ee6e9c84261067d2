// Scenarios with links that lose packets.
import { setTimeout as sleep } from 'node:timers/promises';
import { measure } from './measure.mjs';

/**
 * @typedef {object} Row
 * @property {string} label
 * @property {number | null} firstFrame ms from play() to the first picture; null: there was none
 * @property {import('./measure.mjs').Quality} quality
 *
 * @typedef {(row: Row) => void} Say told of each row when it is there
 */

const bitrate = 1_000_000;
/** After the first picture, ms: what the start needed is over. */
const settleTime = 3000;
/** For the publisher's browser to get used to losses, ms. */
const adaptTime = 10_000;
const clean = { up: {}, down: {} };

/**
 * A link with the same loss and half the round trip in each direction.
 *
 * @param {number} percent
 * @param {number} rtt ms
 * @param {number} [burst] packets
 */
export function lossy(percent, rtt, burst = 1) {
  const direction = { loss: percent / 100, burst, delay: rtt / 2 };
  return { up: direction, down: direction };
}

/**
 * Viewers one after another, each behind a link of its own; the first has a clean one, which is the floor.
 *
 * @param {import('./stage.mjs').Stage} stage
 * @param {import('./options.mjs').Options} options
 * @param {Say} say
 * @param {{ recovery: boolean }} how
 */
export async function viewersBehindLoss(stage, { loss, rtt, burst, seconds }, say, how) {
  const publisher = await stage.publish(bitrate, clean);
  say(await watch(stage, publisher, clean, { label: 'no emulation', seconds }));
  for (const roundTrip of rtt) {
    for (const percent of loss) {
      // Without losses there is nothing to recover.
      if (percent === 0 && !how.recovery) continue;
      const label = `${percent} %, ${roundTrip} ms`;
      say(await watch(stage, publisher, lossy(percent, roundTrip, burst), { label, seconds, ...how }));
    }
  }
  await publisher.close();
}

/**
 * One viewer from its start on.
 *
 * @param {import('../link/relay.mjs').LinkProfile} profile of its link
 * @param {{ label: string, seconds: number, recovery?: boolean }} how
 * @returns {Promise<Row>}
 */
export async function watch(stage, publisher, profile, { label, seconds, recovery }) {
  const { client: viewer, firstFrame } = await stage.play(profile, { recovery });
  await sleep(settleTime);
  const quality = await measure(stage, { viewer, publisher }, () => sleep(seconds * 1000));
  await viewer.close();
  return { label, firstFrame, quality };
}

/**
 * A publisher whose link is clean at first; the viewer's always is.
 *
 * @param {import('./stage.mjs').Stage} stage
 * @param {import('./options.mjs').Options} options
 * @param {Say} say
 */
export async function publisherBehindLoss(stage, { burst, seconds }, say) {
  const publisher = await stage.publish(bitrate, clean);
  say(await watch(stage, publisher, clean, { label: 'no emulation', seconds }));
  for (const percent of [0, 5]) {
    await stage.link('change', { name: 'publisher', profile: lossy(percent, 60, burst) });
    await sleep(adaptTime);
    say(await watch(stage, publisher, clean, { label: `${percent} %, 60 ms`, seconds }));
  }
  await publisher.close();
}

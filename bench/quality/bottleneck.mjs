// Scenarios with links that are too narrow for the stream.
import { setTimeout as sleep } from 'node:timers/promises';
import { watch } from './loss.mjs';
import { measure } from './measure.mjs';

const clean = { up: {}, down: {} };
const settleTime = 3000;
const sampleInterval = 500;
/** What the publisher's bitrate is averaged over: as short as its fluctuations allow, ms. */
const meanOver = 2000;

/** A path of 60 ms; `way` goes through a bottleneck of so many bit/s. */
function narrow(way, rate) {
  const path = { up: { delay: 30 }, down: { delay: 30 } };
  return { ...path, [way]: { ...path[way], rate, queueMs: 300 } };
}

/**
 * A publisher whose link shrinks to 1 Mbit/s and then opens to 3, several times; the viewer's is clean.
 *
 * @param {import('./stage.mjs').Stage} stage
 * @param {import('./options.mjs').Options} options
 * @param {import('./loss.mjs').Say} say
 */
export async function publisherBehindBottleneck(stage, options, say) {
  const publisher = await stage.publish(options.bitrate, narrow('up', 0));
  const { client: viewer, firstFrame } = await stage.play(clean);
  await closeAndOpen(stage, { publisher, viewer, firstFrame }, options, say);
}

/**
 * The same without a server: the publisher's link leads straight to the viewer.
 *
 * @param {import('./stage.mjs').Stage} stage
 * @param {import('./options.mjs').Options} options
 * @param {import('./loss.mjs').Say} say
 */
export async function directlyBehindBottleneck(stage, options, say) {
  await closeAndOpen(stage, await stage.connect(options.bitrate, narrow('up', 0)), options, say);
}

async function closeAndOpen(stage, { publisher, viewer, firstFrame }, { seconds, bitrate, repeat }, say) {
  await sleep(settleTime);
  const closed = /** @type {const} */ (['1 Mbit/s', 1_000_000, [700_000, 1_000_000]]);
  const opened = /** @type {const} */ (['3 Mbit/s', 3_000_000, [0.9 * bitrate, 1.1 * bitrate]]);
  const turns = Array.from({ length: repeat }, () => [closed, opened]).flat();
  for (const [label, rate, band] of [/** @type {const} */ (['no bottleneck', 0, null]), ...turns]) {
    await stage.link('change', { name: 'publisher', profile: narrow('up', rate) });
    const samples = [];
    const quality = await measure(stage, { viewer, publisher }, () => follow(publisher, seconds, samples));
    const reached = band && reachedAfter(samples, ...band);
    say({ label, firstFrame, quality, reached, samples });
  }
  await viewer.close();
  await publisher.close();
}

/**
 * A viewer whose link is narrower than the stream: from the start, and after a good start.
 *
 * @param {import('./stage.mjs').Stage} stage
 * @param {import('./options.mjs').Options} options
 * @param {import('./loss.mjs').Say} say
 */
export async function viewerBehindBottleneck(stage, { seconds, bitrate }, say) {
  const publisher = await stage.publish(bitrate, clean);
  say(await watch(stage, publisher, narrow('down', 0), { label: 'no bottleneck', seconds }));
  const { client: viewer, firstFrame } = await stage.play(narrow('down', 0));
  await sleep(settleTime);
  await stage.link('change', { name: 'viewer', profile: narrow('down', 1_000_000) });
  const quality = await measure(stage, { viewer, publisher }, () => sleep(seconds * 1000));
  say({ label: '1 Mbit/s later', firstFrame, quality });
  await viewer.close();
  say(await watch(stage, publisher, narrow('down', 1_000_000), { label: '1 Mbit/s', seconds }));
  await publisher.close();
}

/** Notes what the publisher's browser sends, may send, and the round trip by RTCP, ms. */
async function follow(publisher, seconds, samples) {
  const startedAt = performance.now();
  while (performance.now() - startedAt < seconds * 1000) {
    const { time, outbound, remoteInbound, pair } = await publisher.stats();
    const estimate = pair?.availableOutgoingBitrate;
    const roundTrip = (remoteInbound?.roundTripTime ?? 0) * 1000;
    samples.push({ time, bytes: outbound.bytesSent, target: outbound.targetBitrate, estimate, roundTrip });
    await sleep(sampleInterval);
  }
}

/**
 * When the bitrate came into a band to stay there.
 *
 * @param {{ time: number, bytes: number }[]} samples ms and bytes sent so far
 * @param {number} least bit/s
 * @param {number} most bit/s
 * @returns {number | null} ms since the first sample; null: it did not, or did not stay
 */
export function reachedAfter(samples, least, most) {
  let since = null;
  for (const { time, bytes } of samples) {
    const earlier = samples.findLast((sample) => sample.time <= time - meanOver);
    if (!earlier) continue;
    const mean = ((bytes - earlier.bytes) * 8000) / (time - earlier.time);
    if (mean < least || mean > most) since = null;
    else since ??= time - samples[0].time;
  }
  return since;
}

/**
 * How long the bitrate took where the same was done several times.
 *
 * @param {readonly (number | null)[]} times as `reachedAfter` gives them
 * @returns {{ median: number, worst: number }} ms; `Infinity` where it did not come, or did not stay
 */
export function spread(times) {
  const sorted = times.map((time) => time ?? Number.POSITIVE_INFINITY).sort((a, b) => a - b);
  return { median: sorted[(sorted.length - 1) >> 1], worst: sorted.at(-1) };
}

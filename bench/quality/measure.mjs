// One viewer and its publisher for a while: what the browsers say, and what really happened on their links.
import { setTimeout as sleep } from 'node:timers/promises';
import { machineTime, machineUse } from '../lib/accounting.mjs';
import { standstills } from './standstill.mjs';

/**
 * @typedef {object} Quality of one viewer's video over a window of time
 * @property {number} seconds the window took
 * @property {number} frozen share of the window in which the picture stood still, 0 to 1, see standstill.mjs
 * @property {number} freezes
 * @property {number} frozenByBrowser the same by `totalFreezesDuration`
 * @property {number} freezesByBrowser `freezeCount`
 * @property {number} fps decoded
 * @property {number} bitrate that arrived, bit/s, without headers
 * @property {number} lost share of the packets whose first copy the link lost
 * @property {number} unrecovered share of the packets that never arrived, nor in a retransmission stream
 * @property {number} absent share of the packets that the server had not got to send
 * @property {number} resent packets that the server sent once more
 * @property {{ median: number, p95: number }} recovery ms from a packet that the link lost to the copy that came out
 * @property {number} overflowed packets that did not fit into the queue of the viewer's bottleneck
 * @property {number} packetsLost as the browser counts them
 * @property {number} nacks messages
 * @property {number} plis
 * @property {number} keyFrames decoded
 * @property {number} jitterBuffer mean delay of a frame in it, ms
 * @property {number} width of the picture in the end
 * @property {object | null} server its own last figures for the viewer
 * @property {Published} publisher
 * @property {{ busy: number, stolen: number }} machine shares of all cores, 0 to 1
 *
 * @typedef {object} Published
 * @property {number} bitrate that its browser sent, bit/s, without headers
 * @property {number} fps encoded
 * @property {number} keyFrames encoded
 * @property {number} lost share of the packets whose first copy the link lost
 * @property {number} unrecovered share of the packets that never reached the server, but perhaps in a stream of
 *   retransmissions: then `absent` of the viewer tells
 * @property {number} probesLost packets of padding that never reached the server and cannot be had again
 * @property {number} resent packets that it sent once more
 * @property {number} overflowed packets that did not fit into the queue of its bottleneck
 * @property {number} nacks messages it got
 * @property {{ packets: number, bytes: number }} heard a second, of everything that came back to it: RTCP and STUN, with
 *   headers
 * @property {{ median: number, p95: number }} recovery ms from a packet that the link lost to the copy that came out
 * @property {string} limitation what limits the picture now, as the browser says
 * @property {number} roundTrip as the browser measures it, ms
 * @property {object | null} server its own last figures for the publisher
 */

const links = /** @type {const} */ (['viewer', 'publisher']);
/** Lets the window's last packets arrive, retransmissions too, ms. */
const drainTime = 2000;
/** When nothing came at all. */
const nothing = {
  ssrc: -1,
  rtxSsrc: null,
  sent: 0,
  absent: 0,
  resent: 0,
  lostFirst: 0,
  neverArrived: 0,
  paddedNeverArrived: 0,
  recovery: { median: 0, p95: 0 },
};

/**
 * @param {import('./stage.mjs').Stage} stage
 * @param {{ viewer: import('./client.mjs').Client, publisher: import('./client.mjs').Client }} clients
 * @param {() => Promise<unknown>} during what fills the window
 * @returns {Promise<Quality>}
 */
export async function measure(stage, clients, during) {
  const before = await read(stage, clients);
  await Promise.all(links.map((name) => stage.link('begin', { name })));
  await during();
  const after = await read(stage, clients);
  await Promise.all(links.map((name) => stage.link('end', { name })));
  await sleep(drainTime);
  after.links = await reportLinks(stage);
  return {
    ...summarizeViewer(before, after, await clients.viewer.shown()),
    publisher: summarizePublisher(before, after),
    machine: machineUse(before.machine, after.machine),
  };
}

async function read(stage, { viewer, publisher }) {
  const [viewed, published] = await Promise.all([viewer.stats(), publisher.stats()]);
  return { machine: machineTime(), links: await reportLinks(stage), viewed, published };
}

async function reportLinks(stage) {
  const [viewer, publisher] = await Promise.all(links.map((name) => stage.link('report', { name })));
  return { viewer: viewer.down, publisher: publisher.up, toPublisher: publisher.down };
}

function summarizeViewer(before, after, shown) {
  const { time: from } = before.viewed;
  const { time: to, server } = after.viewed;
  const inbound = after.viewed.inbound ?? nothing;
  const grown = growth(before.viewed.inbound, inbound);
  const ms = to - from;
  const media = packets(after.links.viewer, inbound);
  const stood = standstills(shown, from, to);
  return {
    seconds: ms / 1000,
    frozen: stood.total / ms,
    freezes: stood.freezes,
    frozenByBrowser: (grown('totalFreezesDuration') * 1000) / ms,
    freezesByBrowser: grown('freezeCount'),
    fps: (grown('framesDecoded') * 1000) / ms,
    bitrate: (grown('bytesReceived') * 8000) / ms,
    lost: share(media.lostFirst, media.sent),
    unrecovered: share(Math.max(0, media.neverArrived - grown('retransmittedPacketsReceived')), media.sent),
    absent: share(media.absent, media.absent + media.sent),
    resent: media.resent,
    recovery: media.recovery,
    overflowed: after.links.viewer.overflowed - before.links.viewer.overflowed,
    packetsLost: grown('packetsLost'),
    nacks: grown('nackCount'),
    plis: grown('pliCount'),
    keyFrames: grown('keyFramesDecoded'),
    jitterBuffer: share(grown('jitterBufferDelay') * 1000, grown('jitterBufferEmittedCount')),
    width: inbound.frameWidth ?? 0,
    server,
  };
}

/** @returns {Published} */
function summarizePublisher(before, after) {
  const { outbound, pair, server, time } = after.published;
  const grown = growth(before.published.outbound, outbound);
  const ms = time - before.published.time;
  const media = packets(after.links.publisher, outbound);
  const heard = growth(before.links.toPublisher, after.links.toPublisher);
  return {
    bitrate: (grown('bytesSent') * 8000) / ms,
    fps: (grown('framesEncoded') * 1000) / ms,
    keyFrames: grown('keyFramesEncoded'),
    lost: share(media.lostFirst, media.sent),
    unrecovered: share(media.neverArrived, media.sent),
    probesLost: media.paddedNeverArrived,
    resent: media.resent,
    recovery: media.recovery,
    overflowed: after.links.publisher.overflowed - before.links.publisher.overflowed,
    nacks: grown('nackCount'),
    heard: { packets: heard('delivered') / (ms / 1000), bytes: heard('deliveredBytes') / (ms / 1000) },
    limitation: outbound.qualityLimitationReason,
    roundTrip: (pair?.currentRoundTripTime ?? 0) * 1000,
    server,
  };
}

/** A stream's packets on a link; one that has a stream of its own for retransmissions counts its packets as resent. */
function packets({ sources }, { ssrc, rtxSsrc }) {
  const media = sources.find((source) => source.ssrc === ssrc) ?? nothing;
  const retransmissions = sources.find((source) => source.ssrc === rtxSsrc) ?? nothing;
  return { ...media, resent: media.resent + retransmissions.sent };
}

/** How much a counter of a statistics report has grown. */
function growth(before, after) {
  return (name) => (after[name] ?? 0) - (before?.[name] ?? 0);
}

function share(part, whole) {
  return whole > 0 ? part / whole : 0;
}

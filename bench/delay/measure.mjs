// One case: the forwarder, a fresh server with one publisher and so many viewers, then the forwarder again.
import { setTimeout as sleep } from 'node:timers/promises';
import { PeerProcess } from '../lib/peer-process.mjs';
import { Server } from '../lib/server.mjs';
import { difference, distribution } from './distribution.mjs';
import { measureLeast } from './least.mjs';
import { passage } from './passage.mjs';
import { hurry, prefer } from './priority.mjs';
import { Tap } from './tap.mjs';
import { drainTime, spareRecords } from './timing.mjs';
import { startUsage } from './usage.mjs';

/**
 * @typedef {object} Delay
 * @property {import('./options.mjs').DelayCase} case
 * @property {import('./distribution.mjs').Distribution} least ms, through the forwarder
 * @property {import('./distribution.mjs').Distribution} server ms, through the server
 * @property {import('./distribution.mjs').Distribution[]} byProbe the server's, by viewer in the order they joined
 * @property {Record<string, number>} added what the server takes longer, ms
 * @property {import('./distribution.mjs').Distribution} whole ms from the publisher's JavaScript to the viewer's
 * @property {{ expected: number, lost: number, foreign: number, unstamped: number }} packets of the probes
 * @property {{ expected: number, lost: number, foreign: number }} leastPackets the same of the forwarder
 * @property {number} forwarded packets/s that all viewers together got
 * @property {boolean} urgent whether the tap ran before everything else
 * @property {{ refused: number, worstDelay: number }} publisher packets it could not send; ms its worst frame was late
 * @property {import('./usage.mjs').Usage} usage
 */

const stream = 'delay';
const callTimeout = 60_000;
/** Lets the server's code be compiled and the handshakes be forgotten, ms. */
const warmUp = 5000;
const leastUrgent = 19;
const moreUrgent = -10;

/**
 * @param {import('./options.mjs').DelayCase} one
 * @param {import('./options.mjs').DelayOptions} options
 * @returns {Promise<Delay>}
 */
export async function measureDelay(one, options) {
  const half = Math.max(1, Math.ceil(options.seconds / 2));
  const before = await measureLeast(one, half, options.urgent);
  const { passed, ...rest } = await measureServer(one, options);
  const after = await measureLeast(one, half, options.urgent);
  const least = distribution([...before.delays, ...after.delays].flat());
  const server = distribution(passed.delays.flat());
  const sum = (name) => before[name] + after[name];
  return {
    case: one,
    least,
    server,
    byProbe: passed.delays.map(distribution),
    added: difference(server, least),
    leastPackets: { expected: sum('expected'), lost: sum('lost'), foreign: sum('foreign') },
    ...rest,
  };
}

async function measureServer(one, options) {
  const { rate, size, probes } = one;
  const { seconds } = options;
  const server = await Server.start(options.server);
  const peers = [];
  let tap;
  const start = (script, priority) => {
    const made = new PeerProcess(script);
    peers.push(made);
    prefer(made.pid, priority);
    return made;
  };
  try {
    const work = async () => {
      tap = await Tap.start(server.mediaPorts[0], probes, spareRecords(rate, probes, seconds));
      const client = { url: server.wsUrl, name: stream };
      const publisher = start('publisher.mjs', 0);
      if (options.urgent) [...server.pids, publisher.pid].forEach(hurry);
      await publisher.call(
        'start',
        { ...client, rate, size, mediaPort: tap.fronts[0], stamps: true },
        callTimeout,
      );
      const timed = start('delay-viewers.mjs', moreUrgent);
      const others = one.viewers > probes ? start('delay-viewers.mjs', leastUrgent) : null;
      await join(one, client, tap, timed, others);
      await sleep(warmUp);
      return observe({ server, tap, publisher, timed, others }, one, seconds);
    };
    const failed = peers.map((peer) => new Promise((_, reject) => peer.once('failed', reject)));
    return await Promise.race([work(), server.failed, ...failed]);
  } finally {
    await Promise.all(peers.map((peer) => peer.close()));
    await tap?.close();
    await server.stop();
  }
}

/** Spreads the probes among the viewers, since a server serves them in some order: first and last are among them. */
async function join({ viewers, probes }, client, tap, timed, others) {
  let joined = 0;
  for (let probe = 0; probe < probes; probe++) {
    const before = probes > 1 ? Math.floor((probe * (viewers - 1)) / (probes - 1)) : 0;
    const count = before - joined;
    if (count > 0) await others.call('add', { ...client, count, measures: false }, callTimeout);
    const mediaPorts = [tap.fronts[probe + 1]];
    await timed.call('add', { ...client, count: 1, measures: true, mediaPorts }, callTimeout);
    joined = before + 1;
  }
}

async function observe({ server, tap, publisher, timed, others }, { probes }, seconds) {
  const audience = others ? [timed, others] : [timed];
  const finish = startUsage({
    'media process': server.mediaPids,
    'control process': [server.controlPid],
    publisher: [publisher.pid],
    'viewers that measure': [timed.pid],
    'other viewers': others ? [others.pid] : [],
    tap: [tap.pid],
  });
  const ended = new Promise((resolve) => publisher.once('window-end', resolve));
  await publisher.call('window', { seconds }, callTimeout);
  await Promise.all(audience.map((peers) => peers.call('begin', {}, callTimeout)));
  const startedAt = performance.now();
  tap.begin();
  const source = await ended;
  await sleep(drainTime);
  const usage = finish();
  const elapsed = (performance.now() - startedAt) / 1000;
  const reports = await Promise.all(audience.map((peers) => peers.call('end', {}, callTimeout)));
  const passed = passage(await tap.end(), probes, drainTime * 1e6);
  const { expected, lost, foreign } = passed;
  return {
    passed,
    whole: distribution(reports[0].ages.map((age) => age / 1e6)),
    packets: { expected, lost, foreign, unstamped: reports[0].unstamped },
    forwarded: reports.reduce((sum, { packets }) => sum + packets, 0) / elapsed,
    urgent: tap.urgent,
    publisher: source,
    usage,
  };
}

// One storm: a server of its own, a publisher, and viewers who join at a steady rate, a hundred in a second for one.
import { setTimeout as sleep } from 'node:timers/promises';
import { cpuSpent, cpuTime, machineTime, machineUse } from './accounting.mjs';
import { PeerProcess } from './peer-process.mjs';
import { Server } from './server.mjs';

/**
 * @typedef {object} Storm
 * @property {boolean} fastStart
 * @property {Record<string, { median: number, p95: number, worst: number }>} waits ms
 * @property {number} served viewers that got a whole first frame
 * @property {number} wrong packets out of order or missing, first frames that are no key frame
 * @property {number} requests key frames the publisher was asked for
 * @property {number} leastStep between two of them, ms
 * @property {{ media: number, control: number, viewers: number }} cpu ms a join, all that ran meanwhile
 * @property {{ joins: string, media: number, control: number }[]} parts of the storm: ms a join without what the viewers
 *   that are there already cost
 * @property {number} busy share of all cores
 */

const stream = 'storm';
const viewersPerProcess = 50;
const timeout = 120_000;
/** Between two readings of CPU time, ms. */
const readInterval = 50;
/** How long the server's cost without joins is read before and after, ms. */
const calmTime = 3000;
/** A server is cold for its first joins, and warm when it has seen some hundreds. */
const coldJoins = 100;
const warmAfter = 500;

/**
 * @param {boolean} fastStart
 * @param {{ viewers: number, joinRate: number, rate: number, size: number, keyPackets: number, keyDelay: number, server: string }} options
 * @returns {Promise<Storm>}
 */
export async function measureStorm(fastStart, { viewers, joinRate, server: main, ...source }) {
  const most = String(2 * viewers + 1);
  const flags = {
    'media-fast-start': String(fastStart),
    // All come from one address here.
    'signaling-max-sessions-per-address': most,
    'signaling-max-pending-per-address': most,
  };
  const server = await Server.start(main, { flags });
  const peers = [];
  const start = (script) => {
    const made = new PeerProcess(script);
    peers.push(made);
    return made;
  };
  try {
    const work = async () => {
      const publisher = start('storm-publisher.mjs');
      const client = { url: server.wsUrl, name: stream };
      await publisher.call('start', { ...client, ...source }, timeout);
      const processes = Math.ceil(viewers / viewersPerProcess);
      const audience = Array.from({ length: processes }, () => start('storm-viewers.mjs'));
      const count = Math.ceil(viewers / processes);
      await Promise.all(audience.map((one) => one.call('prepare', { ...client, count }, timeout)));
      // The first key frame has long grown old when the first viewer comes.
      await sleep(5000);
      await publisher.call('asked', {}, timeout);
      return await observe(fastStart, server, publisher, audience, (viewers / joinRate) * 1000);
    };
    const failed = peers.map((one) => new Promise((_, reject) => one.once('failed', reject)));
    return await Promise.race([work(), server.failed, ...failed]);
  } finally {
    await Promise.all(peers.map((one) => one.close()));
    await server.stop();
  }
}

/**
 * @param {number} duration over which the viewers join, ms
 * @returns {Promise<Storm>}
 */
async function observe(fastStart, server, publisher, audience, duration) {
  const groups = {
    media: server.mediaPids,
    control: [server.controlPid],
    viewers: audience.map(({ pid }) => pid),
  };
  const read = () =>
    Object.fromEntries(Object.entries(groups).map(([name, pids]) => [name, pids.map(cpuTime)]));
  const calmBefore = await calmLoad(groups);
  const [before, machineBefore] = [read(), machineTime()];
  const course = new CpuCourse(groups);
  const joined = audience.map((one) => one.call('join', { name: stream, ms: duration }, timeout));
  const results = (await Promise.all(joined).finally(() => course.end())).flat();
  const [after, machineAfter] = [read(), machineTime()];
  const asked = await publisher.call('asked', {}, timeout);
  const calmAfter = await calmLoad(groups);
  const spent = (name) => cpuSpent(before[name], after[name]).total / 1000 / results.length;
  const waits = {
    'playStream to PLAYING': results.map(({ playing }) => playing),
    'playStream to connected': results.map(({ connected }) => connected),
    'playStream to first frame': results.map(({ firstFrame }) => firstFrame),
    'connected to first frame': results.map(({ connected, firstFrame }) =>
      firstFrame === null ? null : Math.max(0, firstFrame - connected),
    ),
  };
  return {
    fastStart,
    waits: Object.fromEntries(Object.entries(waits).map(([name, values]) => [name, distribution(values)])),
    served: results.filter(({ firstFrame }) => firstFrame !== null).length,
    wrong: results.reduce((sum, { wrong }) => sum + wrong, 0),
    requests: asked.length,
    leastStep: Math.min(...asked.slice(1).map((time, index) => time - asked[index])),
    cpu: { media: spent('media'), control: spent('control'), viewers: spent('viewers') },
    parts: partsOf(results.length).map(([from, to]) => ({
      joins: `${from + 1} to ${to}`,
      ...course.perJoin(from, to, duration / results.length, results.length, calmBefore, calmAfter),
    })),
    busy: machineUse(machineBefore, machineAfter).busy,
  };
}

/** What never came, which is null on its way between processes, took for ever. */
function distribution(values) {
  const known = values.map((value) => value ?? Number.POSITIVE_INFINITY);
  const sorted = known.sort((a, b) => a - b);
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  return { median: at(0.5), p95: at(0.95), worst: at(1) };
}

/** Joins, from and to, that are looked at apart. */
function partsOf(joins) {
  if (joins < 2 * coldJoins) return [[0, joins]];
  return [
    [0, coldJoins],
    [Math.min(warmAfter, Math.ceil(joins / 2)), joins],
  ];
}

const serverParts = /** @type {const} */ (['media', 'control']);

function serverTime(groups) {
  return serverParts.map((name) => groups[name].reduce((sum, pid) => sum + cpuTime(pid).total / 1000, 0));
}

/** CPU time of the server's processes while nobody joins, ms a ms. */
async function calmLoad(groups) {
  const [startedAt, before] = [performance.now(), serverTime(groups)];
  await sleep(calmTime);
  const elapsed = performance.now() - startedAt;
  return serverTime(groups).map((time, index) => (time - before[index]) / elapsed);
}

/** The server's CPU time over the time of the storm. */
class CpuCourse {
  #startedAt = performance.now();
  /** @type {{ at: number, times: number[] }[]} */
  #readings = [];
  #groups;
  #timer;

  constructor(groups) {
    this.#groups = groups;
    this.#read();
    this.#timer = setInterval(() => this.#read(), readInterval);
  }

  end() {
    clearInterval(this.#timer);
    this.#read();
  }

  /**
   * What a join cost, without the load of the viewers who were there: that grows from the one before the storm to the
   * one after it as the viewers do.
   *
   * @param {number} from joins before the part
   * @param {number} to joins at its end
   * @param {number} interval between two joins, ms
   * @param {number} viewers in all
   * @param {number[]} calmBefore
   * @param {number[]} calmAfter
   */
  perJoin(from, to, interval, viewers, calmBefore, calmAfter) {
    const first = this.#reading(from * interval);
    // The last ones are done only when all is.
    const last = to === viewers ? this.#readings[this.#readings.length - 1] : this.#reading(to * interval);
    const present = Math.min(viewers, (first.at + last.at) / 2 / interval) / viewers;
    const costs = serverParts.map((_, index) => {
      const calm = calmBefore[index] + (calmAfter[index] - calmBefore[index]) * present;
      return (last.times[index] - first.times[index] - calm * (last.at - first.at)) / (to - from);
    });
    return { media: costs[0], control: costs[1] };
  }

  #read() {
    try {
      this.#readings.push({ at: performance.now() - this.#startedAt, times: serverTime(this.#groups) });
    } catch {
      // The server has ended, which fails the storm elsewhere, with a reason.
      clearInterval(this.#timer);
    }
  }

  #reading(at) {
    return this.#readings.find((one) => one.at >= at) ?? this.#readings[this.#readings.length - 1];
  }
}

// One storm: a server of its own, a publisher, and viewers who all join within a second.
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
 * @property {{ media: number, control: number, viewers: number }} cpu ms a join
 * @property {number} busy share of all cores
 */

const stream = 'storm';
const viewersPerProcess = 50;
const timeout = 60_000;
/** Over which the viewers join, ms. */
const duration = 1000;

/**
 * @param {boolean} fastStart
 * @param {{ viewers: number, rate: number, size: number, keyPackets: number, keyDelay: number, server: string }} options
 * @returns {Promise<Storm>}
 */
export async function measureStorm(fastStart, { viewers, server: main, ...source }) {
  const server = await Server.start(main, { flags: { 'media-fast-start': String(fastStart) } });
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
      return await observe(fastStart, server, publisher, audience);
    };
    const failed = peers.map((one) => new Promise((_, reject) => one.once('failed', reject)));
    return await Promise.race([work(), server.failed, ...failed]);
  } finally {
    await Promise.all(peers.map((one) => one.close()));
    await server.stop();
  }
}

/** @returns {Promise<Storm>} */
async function observe(fastStart, server, publisher, audience) {
  const groups = {
    media: server.mediaPids,
    control: [server.controlPid],
    viewers: audience.map(({ pid }) => pid),
  };
  const read = () =>
    Object.fromEntries(Object.entries(groups).map(([name, pids]) => [name, pids.map(cpuTime)]));
  const [before, machineBefore] = [read(), machineTime()];
  const joined = audience.map((one) => one.call('join', { name: stream, ms: duration }, timeout));
  const results = (await Promise.all(joined)).flat();
  const [after, machineAfter] = [read(), machineTime()];
  const asked = await publisher.call('asked', {}, timeout);
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

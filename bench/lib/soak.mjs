// A long steady load: samples of memory, delay and losses, and what they say of growth.
import { setTimeout as sleep } from 'node:timers/promises';
import { cpuSpent, cpuTime, machineTime, machineUse, residentMemory } from './accounting.mjs';
import { Stage } from './stage.mjs';
import { rises, trend } from './trend.mjs';

/**
 * @typedef {object} Sample
 * @property {number} at s since the load began
 * @property {Record<'control' | 'media', number>} resident bytes, of all processes of that kind
 * @property {Record<'control' | 'media', number>} heap bytes of JavaScript, of all processes of that kind
 * @property {number} scavenges of all processes, since the sample before
 * @property {number} cpu of the server, share of one core
 * @property {{ packets: number, expected: number, damaged: number, timed: number }} tally of the viewers, since then
 * @property {Record<'p50' | 'p99' | 'p999' | 'max', number>} delay ms, from the publisher's program to the viewer's
 * @property {{ busy: number, stolen: number }} machine shares of all cores
 */

/**
 * @typedef {object} Soak
 * @property {number} viewers
 * @property {Sample[]} samples
 * @property {number} settled s from which samples count for trends
 * @property {Record<'control' | 'media', number>[]} live bytes of JavaScript in use after a garbage collection, when it
 *   had settled and at the end; empty unless asked for
 */

const callTimeout = 30_000;
const mib = 2 ** 20;
const kinds = /** @type {const} */ (['control', 'media']);

/**
 * @param {import('./stage.mjs').StageOptions} options
 * @param {{ viewers: number, seconds: number, interval: number, settled: number, collects?: boolean }} load
 *   interval: s between samples; collects: whether to collect garbage for `live`
 * @param {(sample: Sample) => void} [onSample]
 * @returns {Promise<Soak>}
 */
export function soak(
  options,
  { viewers, seconds, interval, settled, collects = false },
  onSample = () => {},
) {
  return Stage.with({ ...options, stamps: true }, async (stage) => {
    await stage.addViewers(viewers);
    const startedAt = performance.now();
    const elapsed = () => (performance.now() - startedAt) / 1000;
    const samples = [];
    const live = [];
    let before = await read(stage);
    for (let due = interval; due <= seconds; due += interval) {
      await sleep(Math.max(0, due - elapsed()) * 1000);
      const after = await read(stage);
      samples.push(sampleOf(elapsed(), before, after));
      onSample(samples[samples.length - 1]);
      before = after;
      if (collects && live.length === 0 && due >= settled) live.push(await readLive(stage.server));
    }
    if (collects) live.push(await readLive(stage.server));
    return { viewers, samples, settled, live };
  });
}

async function read({ server, audience }) {
  const groups = /** @type {Record<'control' | 'media', number[]>} */ (server.groups);
  const of = async (pick) =>
    Object.fromEntries(await Promise.all(kinds.map(async (kind) => [kind, await pick(groups[kind])])));
  const memory = await of((pids) => Promise.all(pids.map((pid) => server.memory(pid))));
  return {
    at: performance.now(),
    memory,
    resident: await of(residentMemory),
    cpu: server.pids.map(cpuTime),
    machine: machineTime(),
    tallies: await Promise.all(audience.map((peers) => peers.call('tally', {}, callTimeout))),
  };
}

async function readLive(server) {
  const of = async (kind) => {
    const bytes = await Promise.all(server.groups[kind].map((pid) => server.collectGarbage(pid)));
    return bytes.reduce((sum, one) => sum + one, 0);
  };
  return { control: await of('control'), media: await of('media') };
}

/** @returns {Sample} */
function sampleOf(at, before, after) {
  const sum = (pick) => after.tallies.reduce((all, one) => all + pick(one), 0);
  const scavenges = ({ memory }) =>
    kinds.flatMap((kind) => memory[kind]).reduce((all, one) => all + one.scavenges, 0);
  const heap = (kind) => after.memory[kind].reduce((all, one) => all + one.heap, 0);
  // Of several processes of viewers, the worst.
  const delay = (name) => Math.max(...after.tallies.map((one) => one[name]));
  return {
    at,
    resident: after.resident,
    heap: { control: heap('control'), media: heap('media') },
    scavenges: scavenges(after) - scavenges(before),
    cpu: cpuSpent(before.cpu, after.cpu).total / ((after.at - before.at) * 1000),
    tally: {
      packets: sum(({ packets }) => packets),
      expected: sum(({ expected }) => expected),
      damaged: sum(({ damaged }) => damaged),
      timed: sum(({ timed }) => timed),
    },
    delay: { p50: delay('p50'), p99: delay('p99'), p999: delay('p999'), max: delay('max') },
    machine: machineUse(before.machine, after.machine),
  };
}

/**
 * What may rise, and how much is nothing. Resident memory: what V8's heap swings by between two full collections, some
 * MiB, and 3 % for what it keeps of freed pages. A byte that leaked with each packet would be a hundred times as much:
 * 100,000 packets/s × 3600 s are 343 MiB. Delay: the scheduler's and the neighbours' share of it moves by a fifth from
 * minute to minute; a queue that fills up moves it by seconds.
 *
 * @param {Soak} result
 */
export function trends({ samples, settled }) {
  const counted = samples.filter(({ at }) => at >= settled);
  const of = (pick) => trend(counted.map((one) => ({ at: one.at, value: pick(one) })));
  const memory = (line) => ({ line, rising: rises(line, Math.max(6 * mib, 0.03 * line.mean)) });
  const delay = (line) => ({ line, rising: rises(line, Math.max(1, 0.5 * line.mean)) });
  return {
    'media process, resident': memory(of(({ resident }) => resident.media)),
    'control process, resident': memory(of(({ resident }) => resident.control)),
    'delay, median': delay(of((one) => one.delay.p50)),
    'delay, p99': delay(of((one) => one.delay.p99)),
  };
}

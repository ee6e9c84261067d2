// Hours of clients that come and go, and whether anything is left of them.
import { setTimeout as sleep } from 'node:timers/promises';
import { cpuSpent, cpuTime, machineTime, machineUse } from '../../bench/lib/accounting.mjs';
import { rises, trend } from '../../bench/lib/trend.mjs';
import { seededRandom } from '../../bench/link/random.mjs';
import { census, emptied, leaks, metric, whole } from './census.mjs';
import { Churn } from './churn.mjs';
import { makeClip, now } from './crowd.mjs';
import { Server } from './server.mjs';

/** How long what ends lingers at most (docs/closing.md), on a machine that has other things to do, ms. */
const longestLinger = 120_000;
const mediaProcesses = 2;
const mib = 2 ** 20;

/**
 * A time of churn and the quiet at its end.
 *
 * @typedef {object} Period
 * @property {number} at s since the soak began
 * @property {import('./census.mjs').Census} census
 * @property {Record<string, number>} left what was still served when everybody had gone
 * @property {{ publish: Times, play: Times }} joins
 * @property {number} cpu of the server while it was churned, share of one core
 * @property {number} busy share of the machine's processors
 */

/** @typedef {{ count: number, p50: number, p95: number }} Times ms */

/**
 * @typedef {object} Soak
 * @property {number} settled s from which periods count for trends
 * @property {Period[]} periods
 * @property {Record<string, number>} done how often each thing was done
 * @property {string[]} wrong
 * @property {Record<string, number>} drops of datagrams, by kind
 */

/**
 * @param {object} options
 * @param {number} options.seconds
 * @param {number} options.rate things done a second
 * @param {number} options.period s of churn before everybody leaves
 * @param {number} options.seed
 * @param {number} [options.killEvery] s between two deaths of a media process; 0: none
 * @param {number} [options.most] media sessions at a time
 * @param {(period: Period) => void} [onPeriod]
 * @returns {Promise<Soak>}
 */
export async function soak({ seconds, rate, period, seed, killEvery = 0, most = 10 }, onPeriod = () => {}) {
  const clip = makeClip();
  const server = await Server.start();
  const churn = new Churn(server, { clip: clip.path, seed, most });
  try {
    await churn.open();
    const killer = new Killer(server, churn, killEvery, seconds);
    const periods = [];
    const random = seededRandom(seed, 'pauses');
    const startedAt = now();
    const elapsed = () => (now() - startedAt) / 1000;
    let drops = {};
    while (elapsed() < seconds) {
      const before = { machine: machineTime(), at: now(), usage: new Map() };
      const until = Math.min(elapsed() + period, seconds);
      for (const { pid, role } of server.processes())
        if (role !== 'ffmpeg') before.usage.set(pid, cpuTime(pid));
      while (elapsed() < until) {
        await churn.step();
        // Exponential, as clients that know nothing of each other come.
        await sleep(Math.min(10, -Math.log(1 - random()) / rate) * 1000);
        killer.consider(elapsed());
      }
      const use = useSince(before);
      await churn.quiet();
      const left = await emptied(server, longestLinger);
      if (!(await whole(server, mediaProcesses, longestLinger))) left['processes that do not serve'] = 1;
      let counted = await census(server);
      // Time-outs that run out by themselves are no leak.
      for (let tries = 0; tries < 6 && leaks(periods[0]?.census ?? counted, counted).length > 0; tries++) {
        await sleep(3000);
        counted = await census(server);
      }
      drops = dropsOf(await server.metrics());
      const { publish, play } = churn.take();
      const joins = { publish: timesOf(publish), play: timesOf(play) };
      periods.push({ at: elapsed(), census: counted, left, joins, ...use });
      onPeriod(periods[periods.length - 1]);
    }
    const exit = await server.stop();
    const wrong = [...churn.wrong];
    if (exit?.code !== 0) wrong.push('the server did not stop in time with exit code 0');
    return { settled: seconds * 0.2, periods, done: { ...churn.done, ...killer.done }, wrong, drops };
  } catch (error) {
    const log = server.entries.filter(({ level }) => level !== 'info').slice(-20);
    throw new Error(`${error.message}\n${log.map((entry) => JSON.stringify(entry)).join('\n')}`);
  } finally {
    await churn.close();
    await server.stop();
    server.remove();
    clip.remove();
  }
}

/** Kills processes of the server now and then: the second media process, so that the first one gets old. */
class Killer {
  #next;
  #egressAt;
  done = { killMedia: 0, killEgress: 0 };

  constructor(server, churn, every, seconds) {
    this.server = server;
    this.churn = churn;
    this.every = every;
    this.#next = every > 0 ? every : Infinity;
    // Once, early: the one that follows gets old.
    this.#egressAt = every > 0 ? seconds * 0.1 : Infinity;
    this.oldest = server.pids('media')[0];
  }

  consider(at) {
    if (at > this.#next) {
      this.#next += this.every;
      this.#kill('media', 'killMedia');
    }
    if (at > this.#egressAt) {
      this.#egressAt = Infinity;
      this.#kill('egress', 'killEgress');
    }
  }

  #kill(role, name) {
    const pid = this.server.pids(role).find((one) => one !== this.oldest);
    if (pid === undefined) return;
    this.churn.disturbed();
    process.kill(pid, 'SIGKILL');
    this.done[name] += 1;
  }
}

function useSince({ machine, at, usage }) {
  const pairs = [...usage].flatMap(([pid, then]) => {
    try {
      return [[then, cpuTime(pid)]];
    } catch {
      return [];
    }
  });
  const spent = cpuSpent(
    pairs.map(([then]) => then),
    pairs.map(([, later]) => later),
  ).total;
  return { cpu: spent / 1000 / (now() - at), busy: machineUse(machine, machineTime()).busy };
}

function timesOf(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (part) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
  return { count: sorted.length, p50: at(0.5), p95: at(0.95) };
}

function dropsOf(metrics) {
  const of = (kind) => metric(metrics, 'sluice_media_drops_total', `kind="${kind}"`);
  return Object.fromEntries(
    ['kernel', 'congestion', 'unsendable', 'tcp_queue'].map((kind) => [kind, of(kind)]),
  );
}

/**
 * What grows. Memory: of processes that live from `settled` to the end, at quiet times, after a garbage collection: some MiB
 * of V8's own affairs. Times to join: by half is what other programs on the machine do.
 *
 * @param {Soak} result
 * @returns {Record<string, { line: import('../../bench/lib/trend.mjs').Trend, unit: string, rising: boolean }>}
 */
export function trends({ periods, settled }) {
  const counted = periods.filter(({ at }) => at >= settled);
  if (counted.length < 3) return {};
  const of = (pick) => trend(counted.map((one) => ({ at: one.at, value: pick(one) })));
  const found = {};
  for (const role of ['control', 'media', 'egress']) {
    const those = ({ census: { roles } }) => roles[role]?.each ?? [];
    const old = those(counted[0]).filter(({ pid }) =>
      counted.every((one) => those(one).some((other) => other.pid === pid)),
    );
    if (old.length === 0) continue;
    const isOld = ({ pid }) => old.some((one) => one.pid === pid);
    for (const name of ['rss', 'heap']) {
      const sum = (one) =>
        those(one)
          .filter(isOld)
          .reduce((all, each) => all + each[name], 0);
      const line = of(sum);
      const tolerance = name === 'rss' ? Math.max(8 * mib, 0.1 * line.mean) : 3 * mib;
      found[`${role}, ${name}`] = { line, unit: 'MiB', rising: rises(line, tolerance) };
    }
  }
  for (const kind of ['publish', 'play']) {
    for (const name of ['p50', 'p95']) {
      const line = of(({ joins }) => joins[kind][name]);
      found[`${kind}, ${name}`] = { line, unit: 'ms', rising: rises(line, Math.max(100, 0.5 * line.mean)) };
    }
  }
  return found;
}

/** What is wrong with a soak: all that was told wrongly, is left behind, or grows. @param {Soak} result */
export function verdict(result) {
  const { periods, wrong } = result;
  const found = [...wrong];
  const first = periods.find(({ at }) => at >= result.settled) ?? periods[0];
  for (const { at, left, census: counted } of periods) {
    const names = Object.entries(left).map(([name, count]) => `${name}: ${count}`);
    if (names.length > 0) found.push(`at ${at.toFixed(0)} s still there: ${names.join(', ')}`);
    if (at <= first.at) continue;
    found.push(...leaks(first.census, counted).map((text) => `at ${at.toFixed(0)} s: ${text}`));
  }
  for (const [name, { rising }] of Object.entries(trends(result)))
    if (rising) found.push(`it rises: ${name}`);
  return found;
}

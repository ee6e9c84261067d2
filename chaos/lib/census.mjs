// What a server holds: counted before and after, it must be the same.
import { setTimeout as sleep } from 'node:timers/promises';
import { now } from './crowd.mjs';

/**
 * Of all processes of a role together.
 *
 * @typedef {object} Counts
 * @property {number} processes
 * @property {number} descriptors
 * @property {number} timers of JavaScript, those that keep nothing awake included
 * @property {number} heap bytes of JavaScript in use after a garbage collection
 * @property {number} rss bytes
 * @property {{ pid: number, heap: number, rss: number }[]} each
 */

/**
 * @typedef {object} Census
 * @property {Partial<Record<import('./processes.mjs').Role, Counts>>} roles
 * @property {Record<string, number>} held what the server itself says that it serves
 */

const held = {
  sessions: 'sluice_sessions',
  publishers: 'sluice_publishers',
  viewers: 'sluice_viewers',
  endpoints: 'sluice_media_process_endpoints',
  opening: 'sluice_media_process_opening',
  tcpConnections: 'sluice_media_process_tcp_connections',
  ledToEgress: 'sluice_egress_streams',
  outputs: 'sluice_egress_outputs',
  ffmpeg: 'sluice_ffmpeg_processes',
};

/**
 * @param {string} metrics text of Prometheus
 * @param {string} name
 * @param {string} [labels] part of them
 * @returns {number} sum of all series of that name
 */
export function metric(metrics, name, labels = '') {
  return metrics
    .split('\n')
    .filter((line) => (line.startsWith(`${name} `) || line.startsWith(`${name}{`)) && line.includes(labels))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
}

/** What the server says that it serves. @param {import('./server.mjs').Server} server */
export async function holdings(server) {
  const text = await server.metrics();
  return Object.fromEntries(Object.entries(held).map(([key, name]) => [key, metric(text, name)]));
}

/**
 * Waits until nothing is served any more.
 *
 * @param {import('./server.mjs').Server} server
 * @param {number} ms
 * @returns {Promise<Record<string, number>>} what is left, by name
 */
export async function emptied(server, ms) {
  for (const deadline = now() + ms; ; await sleep(250)) {
    const found = await holdings(server);
    const left = Object.entries(found).filter(([, value]) => value > 0);
    const children = server.pids('ffmpeg').length;
    if (children > 0) left.push(['children', children]);
    if (left.length === 0 || now() > deadline) return Object.fromEntries(left);
  }
}

/**
 * Waits until all media processes serve again.
 *
 * @param {import('./server.mjs').Server} server
 * @param {number} count of them
 */
export async function whole(server, count, ms) {
  for (const deadline = now() + ms; ; await sleep(250)) {
    const serving = metric(await server.metrics(), 'sluice_media_process_serving');
    if (serving === count || now() > deadline) return serving === count;
  }
}

/**
 * Counts. A process that ends while it is counted is left out the next time.
 *
 * @param {import('./server.mjs').Server} server
 * @returns {Promise<Census>}
 */
export async function census(server, tries = 5) {
  try {
    return await count(server);
  } catch (error) {
    if (tries <= 1) throw error;
    await sleep(1000);
    return census(server, tries - 1);
  }
}

/** @returns {Promise<Census>} rejects when a process has gone meanwhile */
async function count(server) {
  const counted = server.processes().filter(({ role }) => role !== 'ffmpeg');
  const roles = {};
  await Promise.all(
    counted.map(async ({ pid, role }) => {
      const { descriptors, timers, heap, rss } = await server.ask(pid, 'census');
      const sum = roles[role] ?? { processes: 0, descriptors: 0, timers: 0, heap: 0, rss: 0, each: [] };
      sum.processes += 1;
      sum.descriptors += descriptors;
      sum.timers += timers;
      sum.heap += heap;
      sum.rss += rss;
      sum.each.push({ pid, heap, rss });
      roles[role] = sum;
    }),
  );
  return { roles, held: await holdings(server) };
}

/** What V8 keeps back and forth of caches and compiled code, bytes. */
const heapSlack = 8 * 2 ** 20;

/**
 * @param {Census} before
 * @param {Census} after
 * @param {{ heap?: number }} [slack] bytes
 * @returns {string[]} what is more than before
 */
export function leaks(before, after, { heap = heapSlack } = {}) {
  const found = [];
  for (const [role, now] of Object.entries(after.roles)) {
    // The egress process starts when it is first needed: it is no leak, but has nothing to be compared with.
    const then = before.roles[role];
    if (!then) continue;
    for (const name of ['processes', 'descriptors', 'timers']) {
      if (now[name] > then[name]) found.push(`${role}: ${name} ${then[name]} → ${now[name]}`);
    }
    const grown = now.heap - then.heap;
    if (grown > heap) found.push(`${role}: heap grown by ${(grown / 2 ** 20).toFixed(1)} MiB`);
  }
  for (const [name, value] of Object.entries(after.held)) {
    if (value > (before.held[name] ?? 0)) found.push(`${name}: ${before.held[name] ?? 0} → ${value}`);
  }
  return found;
}

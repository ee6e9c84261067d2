// What the live socket costs the control process: real publishers, and dashboards that take what they are sent.
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { cpuTime } from '../lib/accounting.mjs';
import { within } from '../lib/children.mjs';
import { Stage } from '../lib/stage.mjs';

const connectTimeout = 10_000;
/** Until what a dashboard that comes or goes costs once is over, ms. */
const calm = 1500;
/** As little media as there can be, it is not what is measured; but every stream has something new to tell each second. */
const media = { rate: 30, size: 400, varies: true };

/**
 * @param {{ streams: number, rounds: number, seconds: number, warmUp: number, server: string }} options
 * @param {number[]} counts of dashboards, each measured in every round; 0 is the floor
 * @returns {Promise<{ dashboards: number, control: number, bytes: number }[]>} ms of the control process a second, and what
 *   a dashboard is sent, bytes a second
 */
export function measureLiveSocket({ streams, rounds, seconds, warmUp, server }, counts) {
  return Stage.with({ ...media, server, streams, peers: 'datachannel' }, async (stage) => {
    const { controlPid, httpUrl } = stage.server;
    await withDashboards(httpUrl, Math.max(...counts), () => sleep(warmUp * 1000));
    const results = counts.map((dashboards) => ({ dashboards, control: 0, bytes: 0 }));
    for (let round = 0; round < rounds; round += 1) {
      for (const result of results) {
        const { control, bytes } = await withDashboards(httpUrl, result.dashboards, async (read) => {
          await sleep(calm);
          const before = { cpu: cpuTime(controlPid).total, bytes: read(), at: performance.now() };
          await sleep(seconds * 1000);
          const elapsed = (performance.now() - before.at) / 1000;
          return {
            control: (cpuTime(controlPid).total - before.cpu) / 1000 / elapsed,
            bytes: (read() - before.bytes) / elapsed,
          };
        });
        result.control += control / rounds;
        result.bytes += bytes / rounds / Math.max(1, result.dashboards);
      }
    }
    return results;
  });
}

/** @param {(read: () => number) => Promise<T>} use is given what tells the bytes that have come @template T */
async function withDashboards(httpUrl, count, use) {
  let bytes = 0;
  const url = new URL('/api/v1/live', httpUrl.replace(/^http/, 'ws'));
  const sockets = Array.from({ length: count }, () => new WebSocket(url, ['sluice.live']));
  try {
    const live = sockets.map(
      (socket) =>
        new Promise((resolve, reject) => {
          socket.on('error', reject);
          socket.on('message', (data) => {
            bytes += data.length;
            resolve(undefined);
          });
        }),
    );
    await within(Promise.all(live), connectTimeout, 'dashboards are live');
    return await use(() => bytes);
  } finally {
    for (const socket of sockets) socket.terminate();
  }
}

// What a viewer takes of memory.
import { setTimeout as sleep } from 'node:timers/promises';
import { residentMemory } from './accounting.mjs';

/**
 * @typedef {object} Memory bytes
 * @property {number} idle resident memory of all server processes with a publisher and no viewer
 * @property {number} loaded the same with all viewers
 * @property {number} perViewer what a viewer adds: the sum of the two below
 * @property {number} media resident memory of the media processes that a viewer adds
 * @property {number} control live JavaScript memory of the control process that a viewer adds
 */

/** How long V8 tidies up after a garbage collection and keeps freed pages from the system, ms. */
const settleTime = 10_000;

/**
 * Memory after a garbage collection. Of the control process only what JavaScript has in use: how much of what its start
 * needed is still resident is V8's own affair, and more than all viewers take.
 *
 * @param {import('./server.mjs').Server} server
 */
export async function readMemory(server) {
  const control = await server.collectGarbage(server.controlPid);
  for (const pid of server.mediaPids) await server.collectGarbage(pid);
  await sleep(settleTime);
  return { control, media: residentMemory(server.mediaPids), all: residentMemory(server.pids) };
}

/**
 * @param {Awaited<ReturnType<typeof readMemory>>} idle
 * @param {Awaited<ReturnType<typeof readMemory>>} loaded
 * @param {number} viewers
 * @returns {Memory}
 */
export function compareMemory(idle, loaded, viewers) {
  const media = (loaded.media - idle.media) / viewers;
  const control = (loaded.control - idle.control) / viewers;
  return { idle: idle.all, loaded: loaded.all, perViewer: media + control, media, control };
}

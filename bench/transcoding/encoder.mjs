// The ffmpeg that makes pictures for the server.
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const patience = 10_000;

/**
 * @param {number} pid of the server
 * @returns {number} of the one ffmpeg that it, or a process of its own, has started
 * @throws {Error} where there is none, or more than one
 */
export function encoderBelow(pid) {
  const all = readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? (read(Number(name)) ?? []) : []));
  const below = (parent) =>
    all.filter((one) => one.parent === parent).flatMap((one) => [one, ...below(one.pid)]);
  const found = below(pid).filter(({ name }) => name === 'ffmpeg');
  if (found.length !== 1) throw new Error(`the server has ${found.length} ffmpegs, not one`);
  return found[0].pid;
}

/** @param {number} pid */
export async function waitUntilGone(pid) {
  const deadline = performance.now() + patience;
  while (read(pid)) {
    if (performance.now() > deadline) throw new Error('an ffmpeg goes on without a player');
    await sleep(100);
  }
}

/** From proc(5); null where there is no such process. */
function read(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const end = stat.lastIndexOf(')');
    const [state, parent] = stat.slice(end + 2).split(' ');
    if (state === 'Z') return null;
    return { pid, name: stat.slice(stat.indexOf('(') + 1, end), parent: Number(parent) };
  } catch {
    return null;
  }
}

// The processes of a server, by what they are for.
import { readdirSync, readFileSync } from 'node:fs';

/** @typedef {'control' | 'media' | 'egress' | 'ffmpeg'} Role */
/** @typedef {{ pid: number, role: Role }} ServerProcess */

/**
 * @param {number} control its process id
 * @returns {ServerProcess[]} those that are alive, the control process first
 */
export function serverProcesses(control) {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => readProcess(Number(name)) ?? []);
  const below = (parent) =>
    all.filter((one) => one.parent === parent).flatMap((one) => [one, ...below(one.pid)]);
  const itself = all.filter(({ pid }) => pid === control).map(({ pid }) => ({ pid, role: 'control' }));
  const others = below(control).map(({ pid, command }) => ({ pid, role: roleOf(command) }));
  return /** @type {ServerProcess[]} */ ([...itself, ...others]);
}

function roleOf(command) {
  if (command.includes('media-process')) return 'media';
  // The child of a fork has its command when it has been replaced.
  return command.includes('egress-process') ? 'egress' : 'ffmpeg';
}

/** Null for one that has gone, or has ended and only waits to be asked how. */
function readProcess(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name, in brackets, may have blanks and brackets in it.
    const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (state === 'Z') return null;
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
    return { pid, parent: Number(parent), command };
  } catch {
    return null;
  }
}

export function isAlive(pid) {
  return readProcess(pid) !== null;
}

// How busy the processes and the machine were, and how long the server's threads waited for a core.
import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { cpuSpent, cpuTime, machineTime, machineUse } from '../lib/accounting.mjs';

/**
 * @typedef {object} Usage
 * @property {Record<string, number>} load by process, shares of one core, 1 is a whole one
 * @property {Record<string, number>} queued by process: share of the time in which it could run and had no core
 * @property {{ busy: number, stolen: number, others: number }} machine shares of all cores; others: what is none of them
 */

/**
 * Waits of a process for a core, µs: the scheduler's own count over its threads (schedstat, the second figure).
 *
 * @param {number} pid
 */
function queuedTime(pid) {
  return readdirSync(`/proc/${pid}/task`).reduce((sum, thread) => {
    return sum + Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[1]) / 1000;
  }, 0);
}

/** @param {Record<string, number[]>} groups process ids by name */
export function startUsage(groups) {
  const names = Object.keys(groups);
  const read = () => ({
    at: performance.now(),
    cpu: names.map((name) => groups[name].map(cpuTime)),
    queued: names.map((name) => groups[name].reduce((sum, pid) => sum + queuedTime(pid), 0)),
    machine: machineTime(),
  });
  const before = read();
  /** @returns {Usage} since it was started */
  return () => {
    const after = read();
    const elapsed = (after.at - before.at) * 1000;
    const share = (pick) => Object.fromEntries(names.map((name, index) => [name, pick(index) / elapsed]));
    const load = share((index) => cpuSpent(before.cpu[index], after.cpu[index]).total);
    const machine = machineUse(before.machine, after.machine);
    const known = Object.values(load).reduce((sum, value) => sum + value, 0) / availableParallelism();
    return {
      load,
      queued: share((index) => after.queued[index] - before.queued[index]),
      machine: { ...machine, others: Math.max(0, machine.busy - machine.stolen - known) },
    };
  };
}

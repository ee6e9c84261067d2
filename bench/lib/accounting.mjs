// What processes use, as the Linux kernel counts it (proc(5)).
import { readdirSync, readFileSync } from 'node:fs';

/**
 * @typedef {object} CpuTime CPU time since the process started
 * @property {number} total µs, exact: the scheduler's own count over all threads
 * @property {number} user µs; the split between user and system is sampled by the timer tick, so an estimate
 * @property {number} system µs, the softirq work done on the process's back included
 */

const ticksPerSecond = 100;
const kernelFields = ['user', 'nice', 'system', 'idle', 'iowait', 'irq', 'softirq', 'steal'];

/**
 * @param {number} pid
 * @returns {CpuTime}
 */
export function cpuTime(pid) {
  let total = 0;
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    total += Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]) / 1000;
  }
  const [user, system] = processTicks(pid);
  return { total, user, system };
}

/** User and system time of all threads, µs, in steps of a clock tick. */
function processTicks(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name of the command, in parentheses, may hold anything; field 3 follows it, utime and stime are 14 and 15.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return [fields[11], fields[12]].map((ticks) => (Number(ticks) / ticksPerSecond) * 1e6);
}

/**
 * CPU time of several processes between two readings, added up.
 *
 * @param {CpuTime[]} before
 * @param {CpuTime[]} after in the same order
 * @returns {CpuTime} user and system scaled so that they add up to the exact total
 */
export function cpuSpent(before, after) {
  const sum = (field) => after.reduce((all, time, index) => all + time[field] - before[index][field], 0);
  const [total, user, system] = ['total', 'user', 'system'].map(sum);
  const share = user + system > 0 ? user / (user + system) : 0;
  return { total, user: total * share, system: total * (1 - share) };
}

/** Resident memory of processes, bytes. */
export function residentMemory(pids) {
  return pids.reduce((sum, pid) => {
    const match = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return sum + Number(match?.[1] ?? 0) * 1024;
  }, 0);
}

/** Time of all the machine's processors since it started, by what they did. */
export function machineTime() {
  const fields = readFileSync('/proc/stat', 'utf8')
    .split('\n', 1)[0]
    .trim()
    .split(/\s+/)
    .slice(1)
    .map(Number);
  return Object.fromEntries(kernelFields.map((name, index) => [name, fields[index]]));
}

/**
 * @param {Record<string, number>} before
 * @param {Record<string, number>} after
 * @returns {{ busy: number, stolen: number }} shares of all processors' time, 0 to 1; stolen: taken by the hypervisor
 */
export function machineUse(before, after) {
  const spent = Object.fromEntries(kernelFields.map((name) => [name, after[name] - before[name]]));
  const total = Object.values(spent).reduce((sum, value) => sum + value, 0);
  return { busy: 1 - (spent.idle + spent.iowait) / total, stolen: spent.steal / total };
}

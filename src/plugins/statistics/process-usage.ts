import { readdirSync, readFileSync } from 'node:fs';

/** What the system says that a process has used since it started (proc(5)). */
export interface ProcessUsage {
  /** Of all its threads, s. */
  readonly cpu: number;
  /** Of its children that have ended and been waited for, s. */
  readonly endedChildren: number;
  /** Time that its threads were ready to run and had no processor, s. */
  readonly runDelay: number;
  /** Bytes. */
  readonly memory: number;
  readonly threads: number;
}

/** The part of it that costs little to read. */
export type ProcessLoad = Pick<ProcessUsage, 'cpu' | 'memory'>;

/** USER_HZ, which is 100 on the architectures that Sluice runs on (proc(5), sysconf(3)). */
const ticksPerSecond = 100;
const nanosecondsPerSecond = 1e9;

/** @returns null for a process that has gone, or may not be looked at */
export function readProcessUsage(pid: number, root = '/proc'): ProcessUsage | null {
  try {
    const folder = `${root}/${pid}`;
    const fields = statFields(readFileSync(`${folder}/stat`, 'utf8'));
    const usage = {
      cpu: seconds(fields, 11) + seconds(fields, 12),
      endedChildren: seconds(fields, 13) + seconds(fields, 14),
      runDelay: runDelay(`${folder}/task`),
      memory: residentMemory(folder),
      threads: Number(fields[17] ?? 0),
    };
    return Object.values(usage).every(Number.isFinite) ? usage : null;
  } catch {
    return null;
  }
}

/** @returns null for a process that has gone, or may not be looked at */
export function readProcessLoad(pid: number, root = '/proc'): ProcessLoad | null {
  try {
    const folder = `${root}/${pid}`;
    const fields = statFields(readFileSync(`${folder}/stat`, 'utf8'));
    const load = { cpu: seconds(fields, 11) + seconds(fields, 12), memory: residentMemory(folder) };
    return Object.values(load).every(Number.isFinite) ? load : null;
  } catch {
    return null;
  }
}

/** The ids of a process's children; none where the kernel does not tell (CONFIG_PROC_CHILDREN). */
export function childrenOf(pid: number, root = '/proc'): number[] {
  const tasks = `${root}/${pid}/task`;
  const children: number[] = [];
  for (const task of names(tasks)) {
    const text = textOf(`${tasks}/${task}/children`);
    for (const word of text.split(' ')) if (/^\d+$/.test(word)) children.push(Number(word));
  }
  return children;
}

/** Those behind the command's name, which may hold anything, parentheses too. */
function statFields(stat: string): string[] {
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

function seconds(fields: readonly string[], index: number): number {
  return Number(fields[index] ?? 0) / ticksPerSecond;
}

/** bytes */
function residentMemory(folder: string): number {
  const status = readFileSync(`${folder}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024;
}

/** Second field of `schedstat` (Documentation/scheduler/sched-stats), summed over the threads. */
function runDelay(tasks: string): number {
  let nanoseconds = 0;
  for (const task of names(tasks))
    nanoseconds += Number(textOf(`${tasks}/${task}/schedstat`).split(' ')[1] ?? 0);
  return nanoseconds / nanosecondsPerSecond;
}

function names(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Empty for a file that is not there: a thread may end at any time. */
function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return '';
  }
}

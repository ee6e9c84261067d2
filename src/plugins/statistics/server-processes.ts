import { childrenOf, type ProcessUsage, readProcessUsage } from './process-usage.js';
import type { StatisticsSources } from './sources.js';

export type ProcessRole = 'control' | 'media' | 'egress' | 'ffmpeg';

/** A process of the server by what it does; one that replaces another has its name. */
export interface ServerProcess {
  readonly role: ProcessRole;
  readonly index: number;
  readonly usage: ProcessUsage;
}

export interface ProcessReading {
  readonly processes: readonly ServerProcess[];
  /** ffmpeg processes that run. */
  readonly ffmpeg: number;
}

/** A reading is good for so long, ms: it takes some dozen small files a process. */
const freshFor = 500;
/** Between two readings of which the usage is told, ms. */
const usageInterval = 1000;

/** What the server's processes use of the machine, read when somebody asks. */
export class ServerProcesses {
  private reading: ProcessReading = { processes: [], ffmpeg: 0 };
  private readAt = Number.NEGATIVE_INFINITY;
  private usageFrom = { at: 0, cpu: 0 };
  private usage = 0;

  /** @param read replaced by tests */
  constructor(
    private readonly sources: Pick<StatisticsSources, 'media' | 'egress' | 'clock'>,
    private readonly read: (pid: number) => ProcessUsage | null = readProcessUsage,
    private readonly children: (pid: number) => readonly number[] = childrenOf,
  ) {
    this.usageFrom = { at: sources.clock(), cpu: totalCpu(this.now().processes) };
  }

  now(): ProcessReading {
    const at = this.sources.clock();
    if (at - this.readAt < freshFor) return this.reading;
    this.readAt = at;
    this.reading = this.readAll();
    return this.reading;
  }

  /** Processor time of all in the time since it was last asked for, at least a second: 1 is one core. */
  cores(): number {
    const at = this.sources.clock();
    const elapsed = at - this.usageFrom.at;
    if (elapsed < usageInterval) return this.usage;
    const cpu = totalCpu(this.now().processes);
    // A process that has been replaced takes what it used with it.
    this.usage = Math.max(0, cpu - this.usageFrom.cpu) / (elapsed / 1000);
    this.usageFrom = { at, cpu };
    return this.usage;
  }

  private readAll(): ProcessReading {
    const processes: ServerProcess[] = [];
    const add = (role: ProcessRole, index: number, pid: number) => {
      const usage = this.read(pid);
      if (usage) processes.push({ role, index, usage });
      return usage;
    };
    add('control', 0, process.pid);
    for (const { index, pid } of this.sources.media.statistics()) add('media', index, pid);
    const { pid } = this.sources.egress.statistics();
    const egress = pid === null ? null : add('egress', 0, pid);
    if (pid === null || !egress) return { processes, ffmpeg: 0 };
    const children = this.children(pid).flatMap((child) => this.read(child) ?? []);
    processes.push({ role: 'ffmpeg', index: 0, usage: together(children, egress.endedChildren) });
    return { processes, ffmpeg: children.length };
  }
}

/** All ffmpegs as one, those that have ended too: they come and go. */
function together(children: readonly ProcessUsage[], ended: number): ProcessUsage {
  const sum = (read: (usage: ProcessUsage) => number) => children.reduce((all, one) => all + read(one), 0);
  return {
    cpu: ended + sum(({ cpu }) => cpu),
    endedChildren: 0,
    runDelay: sum(({ runDelay }) => runDelay),
    memory: sum(({ memory }) => memory),
    threads: sum(({ threads }) => threads),
  };
}

function totalCpu(processes: readonly ServerProcess[]): number {
  return processes.reduce((sum, { usage }) => sum + usage.cpu, 0);
}

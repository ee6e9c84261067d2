import { childrenOf, type ProcessLoad, readProcessLoad } from './process-usage.js';
import type { StatisticsSources } from './sources.js';

/** A process of the server as people see it; null where that is not known. */
export interface ProcessFigures {
  /** `control`, `media 0` and so on, `egress`, or `ffmpeg` for all of them. */
  readonly name: string;
  /** Null for several together. */
  readonly pid: number | null;
  /** Since it was read last, 1 is one core; null the first time. */
  readonly cpu: number | null;
  /** Bytes. */
  readonly memory: number | null;
  /** Part of its time that a media process does not wait, 0 to 1. */
  readonly load: number | null;
  /** Packets that the kernel dropped since the process started. */
  readonly kernelDrops: number | null;
}

/** The name of a media process by its number. */
export function mediaProcessName(index: number): string {
  return `media ${index}`;
}

/**
 * What each process of the server uses, from one reading to the next: for who looks every second, with two small files a
 * process, where `ServerProcesses` reads all that there is to know.
 */
export class ProcessWatch {
  private readAt = Number.NaN;
  /** s, by process id. */
  private before = new Map<number, number>();

  /** @param read replaced by tests, as `children` */
  constructor(
    private readonly sources: Pick<StatisticsSources, 'media' | 'egress' | 'clock'>,
    private readonly read: (pid: number) => ProcessLoad | null = readProcessLoad,
    private readonly children: (pid: number) => readonly number[] = childrenOf,
  ) {}

  /** To be asked at most once a second or so; a process that cannot be read is left out. */
  next(): ProcessFigures[] {
    const now = this.sources.clock();
    const seconds = (now - this.readAt) / 1000;
    const before = this.before;
    this.readAt = now;
    this.before = new Map();
    const cpu = (used: number, earlier: number | undefined) =>
      earlier === undefined || !(seconds > 0) ? null : Math.max(0, used - earlier) / seconds;
    const figures: ProcessFigures[] = [];
    const add = (name: string, pid: number, load: number | null, kernelDrops: number | null) => {
      const usage = this.read(pid);
      if (!usage) return;
      this.before.set(pid, usage.cpu);
      const { memory } = usage;
      figures.push({ name, pid, cpu: cpu(usage.cpu, before.get(pid)), memory, load, kernelDrops });
    };
    add('control', process.pid, null, null);
    for (const { index, pid, latest } of this.sources.media.statistics())
      add(mediaProcessName(index), pid, latest?.utilisation ?? null, latest?.kernelDrops ?? null);
    const { pid } = this.sources.egress.statistics();
    if (pid === null) return figures;
    add('egress', pid, null, null);
    const ffmpegs = this.children(pid).flatMap((child) => {
      const usage = this.read(child);
      if (!usage) return [];
      this.before.set(child, usage.cpu);
      // One that is new has used all of it since it began, a moment ago.
      return { memory: usage.memory, cpu: cpu(usage.cpu, before.get(child) ?? 0) ?? 0 };
    });
    if (ffmpegs.length === 0) return figures;
    const sum = (read: (one: (typeof ffmpegs)[number]) => number) =>
      ffmpegs.reduce((all, one) => all + read(one), 0);
    const together = { cpu: sum((one) => one.cpu), memory: sum(({ memory }) => memory) };
    figures.push({ name: 'ffmpeg', pid: null, ...together, load: null, kernelDrops: null });
    return figures;
  }
}

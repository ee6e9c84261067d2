import { type Logger, reasonOf } from '../kit/index.js';
import type { FfmpegAbilities } from './abilities.js';
import { type Command, leashed } from './leash.js';
import { type FfmpegExit, FfmpegProcess, type FfmpegProcessOptions } from './process.js';
import { collect, type RunLimits, type RunResult } from './run-to-end.js';

export interface FfmpegPoolOptions {
  readonly ffmpeg: Pick<FfmpegAbilities, 'path' | 'leash'>;
  /** Most children at the same time. */
  readonly size: number;
  /** Most memory of a child, bytes, where `prlimit` is there. */
  readonly maxMemory: number;
  /** How much the children give way to others: 0 to 19. */
  readonly nice: number;
  readonly log: Logger;
}

/** The children of this process: at most so many, on a leash, and none left behind. */
export class FfmpegPool {
  private readonly children = new Set<FfmpegProcess>();
  private closing = false;

  constructor(private readonly options: FfmpegPoolOptions) {}

  /** How many children there are. */
  get running(): number {
    return this.children.size;
  }

  /** Whether another child may be started. */
  get free(): boolean {
    return !this.closing && this.children.size < this.options.size;
  }

  /**
   * Starts a child. That it cannot run at all is told by `onExit`, as every other end.
   * @param purpose what for, in the log
   * @returns null when there are as many as there may be, the pool is closed, or the system starts no more
   */
  acquire(
    purpose: string,
    args: readonly string[],
    options: Omit<FfmpegProcessOptions, 'nice'>,
  ): FfmpegProcess | null {
    if (!this.free) return null;
    const { nice } = this.options;
    const onExit = (exit: FfmpegExit) => {
      this.children.delete(child);
      this.report(purpose, child.pid, exit);
      options.onExit(exit);
    };
    let child: FfmpegProcess;
    try {
      child = new FfmpegProcess(this.command(args), { ...options, nice, onExit });
    } catch (error) {
      this.options.log.warn({ purpose, reason: reasonOf(error) }, 'ffmpeg cannot be started');
      return null;
    }
    this.children.add(child);
    this.options.log.debug({ purpose, child: child.pid, args: args.join(' ') }, 'ffmpeg started');
    return child;
  }

  /**
   * Runs a child on input that is all there, and waits for all its output. Never rejects.
   * @returns null when there are as many as there may be, or the pool is closed
   */
  run(
    purpose: string,
    args: readonly string[],
    input: readonly Uint8Array[],
    limits: RunLimits,
  ): Promise<RunResult> | null {
    if (!this.free) return null;
    return collect((options) => this.acquire(purpose, args, options), input, limits);
  }

  /** Ends all children, and starts none any more. Resolves when all are over. */
  async close(): Promise<void> {
    this.closing = true;
    await Promise.all([...this.children].map((child) => child.close()));
  }

  private command(args: readonly string[]): Command {
    const { ffmpeg, maxMemory } = this.options;
    return leashed({ program: ffmpeg.path, args }, ffmpeg.leash, maxMemory);
  }

  private report(purpose: string, child: number, exit: FfmpegExit): void {
    const { end, reason, lastLines } = exit;
    if (end === 'finished' || end === 'closed') {
      this.options.log.debug({ purpose, child, end, lastLines }, 'ffmpeg ended');
    } else {
      this.options.log.warn({ purpose, child, end, reason, lastLines }, 'ffmpeg failed');
    }
  }
}

import type { FfmpegProcessOptions } from '../../../../src/ffmpeg/index.js';

/** A child that takes all, and says what the test has it say. */
export class FakeChild {
  readonly pid = 1;
  readonly written: Uint8Array[] = [];
  takes = true;
  killed = false;
  /** Frames that were kept from it. */
  withheld = 0;

  constructor(
    readonly args: readonly string[],
    readonly options: Pick<FfmpegProcessOptions, 'onOutput' | 'onExit'>,
  ) {}

  write(chunk: Uint8Array): boolean {
    if (this.takes) this.written.push(chunk);
    return this.takes;
  }

  withhold(): void {
    this.withheld += 1;
  }

  kill(): void {
    this.killed = true;
  }

  die(): void {
    this.options.onExit({ end: 'failed', reason: 'killed by SIGSEGV', lastLines: [] });
  }

  get input(): Buffer {
    return Buffer.concat(this.written);
  }
}

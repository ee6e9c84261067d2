import type { SourceFrame } from './file-source.js';

/** How long the first frame waits, so that those that come late are still in time, ms. */
const head = 200;
/** Frames that wait at most: ffmpeg gives them in real time. */
const maxWaiting = 4096;

/** Gives frames when their time has come, evenly, however they came. */
export class Pacer {
  private readonly waiting: SourceFrame[] = [];
  private timer: NodeJS.Timeout | undefined;
  /** When the media's time 0 is due, ms; NaN before the first frame. */
  private origin = Number.NaN;
  private onEmpty: () => void = () => {};

  /** @param clock ms */
  constructor(
    private readonly give: (frame: SourceFrame) => void,
    private readonly clock: () => number = () => performance.now(),
  ) {}

  /** Of the media, now, ms; NaN before the first frame. */
  get time(): number {
    return this.clock() - this.origin;
  }

  add(frame: SourceFrame): void {
    if (Number.isNaN(this.origin)) this.origin = this.clock() + head - frame.time;
    if (this.waiting.length >= maxWaiting) return;
    this.waiting.push(frame);
    if (this.waiting.length === 1) this.arm();
  }

  /** Resolves once nothing waits. */
  drained(): Promise<void> {
    return new Promise((resolve) => {
      this.onEmpty = resolve;
      if (this.waiting.length === 0) resolve();
    });
  }

  close(): void {
    clearTimeout(this.timer);
    this.waiting.length = 0;
    this.onEmpty();
  }

  private arm(): void {
    const [next] = this.waiting;
    if (!next) this.onEmpty();
    else this.timer = setTimeout(() => this.run(), Math.max(0, this.origin + next.time - this.clock()));
  }

  private run(): void {
    const now = this.time;
    while (this.waiting[0] && this.waiting[0].time <= now + 1) this.give(this.waiting.shift() as SourceFrame);
    this.arm();
  }
}

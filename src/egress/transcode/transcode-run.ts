import { type MatroskaTrack, MatroskaWriter } from '../../containers/index.js';
import type { FfmpegProcess } from '../../ffmpeg/index.js';
import type { MediaFrame } from '../../media/index.js';
import { Pace } from './pace.js';

/** What is longer than the distance of pictures, ms: the pause of a source is no work. */
const pause = 500;
/** Frames that it may keep to itself, and be idle all the same. */
const kept = 2;
/** Times are rounded on their way through ffmpeg, ms. */
const rounding = 1;

/** One ffmpeg of a transcode, and what it is given. */
export class TranscodeRun {
  /** Whether anything has come out. */
  hasBegun = false;
  /** How much of the stream has gone in and not come out, ms: what is behind, without what was left out. */
  lag = 0;
  /** Of the last frame that it was given, ms; NaN before. */
  last = Number.NaN;
  /** Of the first. */
  private base = Number.NaN;
  /** What has gone in and not come out: times, and how much of the stream each is, ms. */
  private readonly waiting: { readonly time: number; readonly length: number }[] = [];
  private readonly pace = new Pace();
  /** Distance of its frames, ms. */
  private distance = 33;
  private writer: MatroskaWriter | null = null;

  /** @param startedAt ms */
  constructor(
    private readonly child: Pick<FfmpegProcess, 'write' | 'withhold' | 'kill'>,
    readonly startedAt: number,
    private readonly clock: () => number,
  ) {}

  /** How late what goes in next would come out, as fast as it has been of late, ms. */
  get delay(): number {
    return this.lag / this.pace.speed;
  }

  /** @returns whether it is as good as idle: it is no farther behind, ms, or has next to nothing to do */
  isWithin(delay: number): boolean {
    return this.waiting.length <= kept || this.delay <= delay;
  }

  /** A frame has come out. @param time of it, since the first that went in, ms @returns its time, ms */
  output(time: number): number {
    const made = this.base + time;
    const before = this.lag;
    while (this.waiting[0] && this.waiting[0].time <= made + rounding)
      this.lag -= this.waiting.shift()?.length ?? 0;
    // Until the first it has to start.
    if (this.hasBegun) this.pace.output(before - this.lag, before, this.clock());
    else this.pace.begin(this.clock());
    this.hasBegun = true;
    return made;
  }

  /**
   * @param track as it is now; with the first frame this is what ffmpeg is told
   * @param resumes whether frames have been left out before this one
   * @returns false when it was not taken: too much waits for the child, or it is over
   */
  write(frame: MediaFrame, track: MatroskaTrack, resumes: boolean): boolean {
    const { key, data, time } = frame;
    if (!this.writer) {
      const writer = new MatroskaWriter([track]);
      if (!this.child.write(writer.header())) return false;
      this.writer = writer;
      this.base = time;
    }
    if (!this.child.write(this.writer.block(0, time - this.base, key, data))) return false;
    this.pace.input(this.lag, this.clock());
    if (!resumes && !Number.isNaN(this.last)) this.distance = Math.max(0, Math.min(pause, time - this.last));
    this.waiting.push({ time, length: this.distance });
    this.lag += this.distance;
    this.last = time;
    return true;
  }

  /** A frame is left out since it is behind. */
  withhold(): void {
    this.child.withhold();
  }

  /** At once: nobody waits for what it has not written yet. */
  close(): void {
    void this.child.kill();
  }
}

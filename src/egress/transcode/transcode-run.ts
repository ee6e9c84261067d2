import { type MatroskaTrack, MatroskaWriter } from '../../containers/index.js';
import type { FfmpegProcess } from '../../ffmpeg/index.js';
import type { MediaFrame } from '../../media/index.js';
import { Pace } from './pace.js';

/** What is longer than the distance of pictures, ms. */
const pause = 500;

/** One ffmpeg of a transcode, and what it is given. */
export class TranscodeRun {
  /** Time of the first frame that it was given, ms; NaN before. */
  base = Number.NaN;
  /** Of the last, ms. */
  last = Number.NaN;
  /** Of the last that came out, ms; NaN before. */
  private made = Number.NaN;
  private readonly pace = new Pace();
  private writer: MatroskaWriter | null = null;

  /** @param startedAt ms */
  constructor(
    private readonly child: Pick<FfmpegProcess, 'write' | 'withhold' | 'kill'>,
    readonly startedAt: number,
    private readonly clock: () => number,
  ) {}

  /** How far what comes out is behind what goes in, ms; NaN before anything has gone in. */
  get lag(): number {
    return this.last - (Number.isNaN(this.made) ? this.base : this.made);
  }

  /** Whether anything has come out. */
  get hasBegun(): boolean {
    return !Number.isNaN(this.made);
  }

  /** How late what goes in next would come out, as fast as it has been of late, ms; NaN before anything has gone in. */
  get delay(): number {
    return this.lag / this.pace.speed;
  }

  /** A frame has come out. @param time of it, since the first that went in, ms @returns its time, ms */
  output(time: number): number {
    const made = this.base + time;
    // Until the first it has to start.
    if (this.hasBegun) this.pace.output(made - this.made, this.lag, this.clock());
    else this.pace.begin(this.clock());
    this.made = made;
    return made;
  }

  /**
   * @param track as it is now; with the first frame this is what ffmpeg is told
   * @returns false when it was not taken: too much waits for the child, or it is over
   */
  write(frame: MediaFrame, track: MatroskaTrack): boolean {
    const { key, data, time } = frame;
    if (!this.writer) {
      const writer = new MatroskaWriter([track]);
      if (!this.child.write(writer.header())) return false;
      this.writer = writer;
      this.base = time;
    }
    if (!this.child.write(this.writer.block(0, time - this.base, key, data))) return false;
    this.pace.input(this.lag, this.clock());
    // The pause of a source is no lag.
    if (time - this.last > pause && this.lag < pause) this.made = time;
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

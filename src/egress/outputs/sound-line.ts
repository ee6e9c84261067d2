/** How far behind the picture sound may be before silence takes its place, ms. */
const mostBehind = 700;
/** The same until the first sound, which is longer in coming: what makes it has to start, ms. */
const mostBehindAtFirst = 1500;
/** How far that may go up where all sound comes so late, and by how much more than it is late, ms. */
const mostBehindAtLast = 6000;
const margin = 300;
/** More than this is not filled: the line begins anew behind it, ms. */
const longestGap = 10_000;
/** Frames that are kept until the first picture. */
const mostEarly = 256;

/**
 * Puts frames of sound end to end, from the first picture on: where there is none there is silence, and what overlaps is
 * left out. The players wait for sound, for ever, where the answer has promised it (WCS spec F.2, F.3).
 */
export class SoundLine {
  private end = Number.NaN;
  private begin = Number.NaN;
  /** How far the picture has come. */
  private picture = Number.NEGATIVE_INFINITY;
  private patience = mostBehind;
  private early: { readonly time: number; readonly data: Uint8Array }[] = [];

  /**
   * @param step how long a frame is, ms
   * @param waits for the first picture; it does not where there are none
   * @param silence a frame without a sound
   */
  constructor(
    private readonly step: number,
    private readonly waits: boolean,
    private readonly silence: () => Uint8Array,
    private readonly emit: (time: number, data: Uint8Array) => void,
  ) {}

  /** A frame of sound. @param time ms */
  push(time: number, data: Uint8Array): void {
    if (this.waits && Number.isNaN(this.begin)) {
      this.early.push({ time, data });
      if (this.early.length > mostEarly) this.early.shift();
      return;
    }
    if (Number.isNaN(this.end)) this.end = this.waits ? this.begin : time;
    if (time < this.end - this.step / 2) {
      this.waitLonger(time);
      return;
    }
    this.fillUntil(time - this.step / 2);
    this.emit(time, data);
    this.end = time + this.step;
  }

  /** The picture has come to `time`, ms. */
  advance(time: number): void {
    this.picture = time;
    if (Number.isNaN(this.begin)) {
      this.begin = time;
      for (const frame of this.early.splice(0)) this.push(frame.time, frame.data);
    }
    if (Number.isNaN(this.end)) {
      if (time - this.begin < mostBehindAtFirst) return;
      this.end = this.begin;
    }
    this.fillUntil(time - this.patience);
  }

  /** Sound that came too late: silence stands in its place. That of later times must not find the same. */
  private waitLonger(time: number): void {
    const late = this.picture - time + margin;
    if (late > this.patience) this.patience = Math.min(mostBehindAtLast, late);
  }

  private fillUntil(time: number): void {
    if (time - this.end > longestGap) this.end = time;
    for (; this.end < time; this.end += this.step) this.emit(this.end, this.silence());
  }
}

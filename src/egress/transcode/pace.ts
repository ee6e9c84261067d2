/** What was measured longer ago counts less and less, ms. */
const memory = 2000;
/** It is taken to keep up until it has shown otherwise for some time, ms. */
const trust = 400;
const slowest = 0.05;
/** Who is no farther behind has nothing to do but what has just come, ms. */
const idle = 100;

/** How fast an ffmpeg makes what it is given, measured while it has enough to do. */
export class Pace {
  private made = trust;
  private took = trust;
  private since = Number.NaN;

  /** ms of the stream that it makes in one ms: 1 for one that keeps up, however much faster it might be. */
  get speed(): number {
    return Math.max(slowest, Math.min(1, this.made / this.took));
  }

  /** @param now ms, never going back */
  begin(now: number): void {
    this.since = now;
  }

  /** Something goes in. @param lag how far it is behind before that, ms */
  input(lag: number, now: number): void {
    if (!(lag > idle)) this.since = now;
  }

  /**
   * Something has come out.
   * @param made of the stream, ms
   * @param lag how far it was behind before that, ms
   */
  output(made: number, lag: number, now: number): void {
    const took = now - this.since;
    this.since = now;
    if (Number.isNaN(took)) return;
    const kept = Math.exp(-took / memory);
    // Where it waits for the stream, the stream says how long that takes.
    const counted = lag > idle ? took : Math.min(made, took);
    this.made = this.made * kept + (lag > idle ? made : counted);
    this.took = this.took * kept + counted;
  }
}

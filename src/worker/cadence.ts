/** Times a fixed interval apart: being late once does not move those that follow. */
export class Cadence {
  private due: number;

  /**
   * @param interval ms
   * @param start ms; the first time is one interval later
   */
  constructor(
    private readonly interval: number,
    start: number,
  ) {
    this.due = start + interval;
  }

  /** The next time, ms. */
  get next(): number {
    return this.due;
  }

  /**
   * Notes that what was due has been done.
   * @returns the next time; a whole interval from now where a stall has left less than half of one
   */
  advance(now: number): number {
    this.due += this.interval;
    if (this.due - now < this.interval / 2) this.due = now + this.interval;
    return this.due;
  }
}

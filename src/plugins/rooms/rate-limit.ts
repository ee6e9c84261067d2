/** How many commands one client gives in each second. */
export class RateLimit {
  private secondEnds = Number.NEGATIVE_INFINITY;
  private count = 0;

  constructor(private readonly perSecond: number) {}

  /**
   * Counts one more.
   * @param now ms of a clock that never goes back
   * @returns false when that is too many
   */
  take(now: number): boolean {
    if (now >= this.secondEnds) {
      this.secondEnds = now + 1000;
      this.count = 0;
    }
    this.count += 1;
    return this.count <= this.perSecond;
  }
}

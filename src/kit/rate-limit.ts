/** Lets at most `count` things happen in a period, and counts the rest. A period begins with the first one in it. */
export class RateLimit {
  private periodEnd = Number.NEGATIVE_INFINITY;
  private left = 0;
  private refused = 0;

  /** @param period ms */
  constructor(
    private readonly count: number,
    private readonly period: number,
  ) {}

  /**
   * @param now ms, on a clock that does not go back
   * @param cost for how many it counts, at most for all of a period
   */
  allow(now: number, cost = 1): boolean {
    if (now >= this.periodEnd) {
      this.periodEnd = now + this.period;
      this.left = this.count;
    }
    const taken = Math.max(1, Math.min(cost, this.count));
    if (this.left < taken) {
      this.refused += 1;
      return false;
    }
    this.left -= taken;
    return true;
  }

  /** How many were refused since the last call. */
  takeRefused(): number {
    const { refused } = this;
    this.refused = 0;
    return refused;
  }
}

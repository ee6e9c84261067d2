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

  /** @param now ms, on a clock that does not go back */
  allow(now: number): boolean {
    if (now >= this.periodEnd) {
      this.periodEnd = now + this.period;
      this.left = this.count;
    }
    if (this.left === 0) {
      this.refused += 1;
      return false;
    }
    this.left -= 1;
    return true;
  }

  /** How many were refused since the last call. */
  takeRefused(): number {
    const { refused } = this;
    this.refused = 0;
    return refused;
  }
}

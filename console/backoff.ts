/** Waiting times between attempts: longer each time up to a limit, and never the same for all pages at once. */
export class Backoff {
  private attempts = 0;

  /**
   * @param first the first wait, ms
   * @param longest the longest wait, ms
   * @param random from 0 to 1
   */
  constructor(
    private readonly first: number,
    private readonly longest: number,
    private readonly random: () => number = Math.random,
  ) {}

  /** The next wait, ms: three quarters to all of the doubled time. */
  next(): number {
    const full = Math.min(this.longest, this.first * 2 ** Math.min(this.attempts, 20));
    this.attempts++;
    return Math.round(full * (0.75 + 0.25 * this.random()));
  }

  reset(): void {
    this.attempts = 0;
  }
}

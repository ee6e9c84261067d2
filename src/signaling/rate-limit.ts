/** A token bucket: so many a second on average, up to two seconds' worth at once. */
export class RateLimit {
  private readonly capacity: number;
  private tokens: number;
  private at: number;

  /**
   * @param rate per second
   * @param now ms
   */
  constructor(
    private readonly rate: number,
    now: number,
  ) {
    this.capacity = 2 * rate;
    this.tokens = this.capacity;
    this.at = now;
  }

  /** @returns false when there was one too many */
  take(now: number): boolean {
    this.tokens = Math.min(this.capacity, this.tokens + ((now - this.at) * this.rate) / 1000);
    this.at = now;
    if (this.tokens < 1) return false;
    this.tokens -= 1;
    return true;
  }
}

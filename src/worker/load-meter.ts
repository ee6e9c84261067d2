/** The share of time that a loop is busy: all but what it spends waiting for something to do. */
export class LoadMeter {
  private idleFor = 0;
  private since: number;

  /** @param now ms */
  constructor(now: number) {
    this.since = now;
  }

  /** Notes that the loop has waited for so many ms. */
  idle(ms: number): void {
    this.idleFor += ms;
  }

  /** @returns the share since the last time, 0 to 1 */
  measure(now: number): number {
    const elapsed = now - this.since;
    const busy = elapsed > 0 ? 1 - this.idleFor / elapsed : 0;
    this.since = now;
    this.idleFor = 0;
    return Math.min(1, Math.max(0, busy));
  }
}

/** Queue that a path holds at most, ms at its capacity. */
const longestQueue = 300;
const estimateInterval = 500;

/**
 * A path of so many bit/s with a queue, and the receiver at its end, which estimates as browsers do
 * (draft-ietf-rmcat-gcc-02 sections 5.4 and 5.5): 0.85 of what comes when the queue grows, else 8 % more a second, never
 * beyond 1.5 times of what comes.
 */
export class LimitedPath {
  /** bit/s; 0 before the first. */
  estimate = 0;
  lost = 0;
  passed = 0;
  private freeAt = 0;
  private queueBefore = 0;
  private bytes = 0;
  private nextAt = 0;
  private sentThen = 0;
  private lostThen = 0;

  /** @param capacity bit/s */
  constructor(public capacity: number) {}

  /** @returns whether the packet arrives */
  send(length: number, now: number): boolean {
    const start = Math.max(now, this.freeAt);
    if (start - now > longestQueue) {
      this.lost += 1;
      return false;
    }
    this.freeAt = start + (length * 8000) / this.capacity;
    this.bytes += length;
    this.passed += 1;
    return true;
  }

  /** @returns the share of packets lost since the last report when one is due, else null */
  report(now: number): number | null {
    if (now < this.nextAt) return null;
    this.nextAt = now + estimateInterval;
    const queue = Math.max(0, this.freeAt - now);
    const throughput = Math.min(this.capacity, (this.bytes * 8000) / estimateInterval);
    const overused = queue > 30 && queue > this.queueBefore - 5;
    if (overused) this.estimate = 0.85 * throughput;
    else if (this.estimate > 0) this.estimate = Math.min(this.estimate * 1.04, 1.5 * throughput + 10_000);
    else if (now > 5000) this.estimate = throughput;
    this.queueBefore = queue;
    this.bytes = 0;
    const lost = this.lost - this.lostThen;
    const sent = lost + this.passed - this.sentThen;
    this.lostThen = this.lost;
    this.sentThen = this.passed;
    return sent === 0 ? 0 : lost / sent;
  }
}

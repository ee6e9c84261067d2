import type { Feed } from '../media/index.js';

/** Loads at which waiting begins and at which it is as long as it may be, shares of a core. */
const idle = 0.05;
const busy = 0.15;

/**
 * The feeds that have packets their readers have not been given yet.
 *
 * What a viewer gets in one go leaves in one message, so while the loop is busy the first packets of a picture wait for
 * the last. The busier it is, the longer it would have taken to come to them anyway.
 */
export class PendingFeeds {
  /** As long as it was ever needed: an array cut short would have to grow again for the next packets. */
  private readonly feeds: (Feed | null)[] = [];
  private count = 0;
  private patience = 0;

  /** @param gatherTime how long packets may wait, ms */
  constructor(private readonly gatherTime: number) {}

  add(feed: Feed): void {
    this.feeds[this.count] = feed;
    this.count += 1;
  }

  /** @param utilisation of the loop, 0 to 1 */
  adapt(utilisation: number): void {
    const share = (utilisation - idle) / (busy - idle);
    this.patience = this.gatherTime * Math.min(1, Math.max(0, share));
  }

  /** Time that should pass between two readings of the loop, ms: what comes meanwhile shares the cost of a turn. */
  get pace(): number {
    return this.patience;
  }

  /** When to come again although nothing has come, ms; `Infinity` while nothing waits. */
  get due(): number {
    let due = Number.POSITIVE_INFINITY;
    for (let index = 0; index < this.count; index += 1)
      due = Math.min(due, (this.feeds[index] as Feed).wholeBy(this.patience));
    return due;
  }

  /** Hands readers what has come, but for pictures of which more is to come soon. */
  flushWhole(now: number): void {
    let kept = 0;
    for (let index = 0; index < this.count; index += 1) {
      const feed = this.feeds[index] as Feed;
      if (feed.wholeBy(this.patience) > now) this.feeds[kept++] = feed;
      else feed.flush(now);
    }
    this.keep(kept);
  }

  /** Hands readers everything. */
  flush(now: number): void {
    for (let index = 0; index < this.count; index += 1) (this.feeds[index] as Feed).flush(now);
    this.keep(0);
  }

  private keep(count: number): void {
    for (let index = count; index < this.count; index += 1) this.feeds[index] = null;
    this.count = count;
  }
}

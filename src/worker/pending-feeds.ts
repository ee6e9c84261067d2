import type { Feed } from '../media/index.js';

/** The feeds that have packets their readers have not been given yet. */
export class PendingFeeds {
  private readonly feeds: Feed[] = [];

  add(feed: Feed): void {
    this.feeds.push(feed);
  }

  /**
   * Hands readers what has come.
   * @param patience how long the first packet of a picture waits for the last, ms: all of them then leave side by side
   */
  flush(now: number, patience: number): void {
    let kept = 0;
    for (let index = 0; index < this.feeds.length; index += 1) {
      const feed = this.feeds[index] as Feed;
      if (feed.wholeBy(patience) > now) this.feeds[kept++] = feed;
      else feed.flush(now);
    }
    this.feeds.length = kept;
  }

  /** When to flush again although nothing has come, ms; `Infinity` while nothing waits. */
  due(patience: number): number {
    let due = Number.POSITIVE_INFINITY;
    for (const feed of this.feeds) due = Math.min(due, feed.wholeBy(patience));
    return due;
  }
}

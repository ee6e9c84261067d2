/** Times one wish for a key frame is repeated while none comes; after that the viewers' own requests drive it. */
const maxTries = 5;

/**
 * Merges everybody's wishes for a key frame into few requests to the publisher: one at once, then at most one an
 * interval for as long as a wish is open. A key frame that comes fulfils all wishes before it.
 */
export class KeyFrameRequester {
  /** Requests sent. */
  sent = 0;
  private open = false;
  private tries = 0;
  private lastSentAt = Number.NEGATIVE_INFINITY;

  /**
   * @param interval least time between two requests, ms
   * @param send sends one PLI or FIR; false when it could not, for want of room or of somebody to send it to
   */
  constructor(
    private readonly interval: number,
    private readonly send: (now: number) => boolean,
  ) {}

  /** When `onTime` has something to do, ms. */
  get due(): number {
    return this.open ? this.lastSentAt + this.interval : Number.POSITIVE_INFINITY;
  }

  /** Somebody needs a key frame. */
  wish(now: number): void {
    this.open = true;
    this.tries = 0;
    this.onTime(now);
  }

  /** A key frame has begun. */
  fulfilled(): void {
    this.open = false;
  }

  onTime(now: number): void {
    if (now < this.due) return;
    if (this.tries >= maxTries) {
      this.open = false;
      return;
    }
    if (!this.send(now)) return;
    this.tries += 1;
    this.sent += 1;
    this.lastSentAt = now;
  }
}

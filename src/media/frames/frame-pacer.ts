/** What a mapping may be wrong by before time jumps instead of bending, ms. */
const jump = 500;
/** How much faster or slower than it should time may run while it bends. */
const bend = 0.05;

/**
 * Times of one track's frames: those that the stream's clock says, but for its noise. Each is the last one and the
 * difference of the RTP timestamps, bent towards the clock; so distances are the source's own, and time never goes back.
 */
export class FramePacer {
  /** Of the last frame. */
  private timestamp = Number.NaN;
  /** Its time before it was kept from going back: timestamps do where a codec sends pictures out of order. */
  private line = Number.NaN;

  /**
   * @param clockRate of the RTP timestamps
   * @param last time of a frame that went before, ms; NaN for none
   */
  constructor(
    private readonly clockRate: number,
    public last = Number.NaN,
  ) {}

  /**
   * @param timestamp RTP timestamp without wrapping
   * @param said ms, what the stream's clock says
   */
  next(timestamp: number, said: number): number {
    const passed = ((timestamp - this.timestamp) * 1000) / this.clockRate;
    this.timestamp = timestamp;
    this.line = this.follow(passed, said);
    this.last = this.line < this.last ? this.last : this.line;
    return this.last;
  }

  /** @param passed ms since the last frame by its RTP timestamp; NaN for the first */
  private follow(passed: number, said: number): number {
    const expected = this.line + passed;
    const off = said - expected;
    if (!(Math.abs(off) <= jump)) return said < this.last ? this.crawl(passed) : said;
    const most = Math.max(0, passed) * bend;
    return expected + Math.min(most, Math.max(-most, off));
  }

  /** The clock has gone back far: until it is here again frames come close together, yet one behind the other. */
  private crawl(passed: number): number {
    return passed > 0 && passed <= jump ? this.last + passed * bend : this.last;
  }
}

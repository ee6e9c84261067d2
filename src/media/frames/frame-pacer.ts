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
  private timestamp = 0;
  private time = Number.NaN;

  constructor(private readonly clockRate: number) {}

  /**
   * @param timestamp RTP timestamp without wrapping
   * @param said ms, what the stream's clock says
   */
  next(timestamp: number, said: number): number {
    const passed = ((timestamp - this.timestamp) * 1000) / this.clockRate;
    this.timestamp = timestamp;
    const { time: last } = this;
    const expected = last + passed;
    const off = said - expected;
    if (!(Math.abs(off) <= jump)) this.time = Number.isNaN(last) ? said : Math.max(last, said);
    else {
      const most = Math.max(0, passed) * bend;
      this.time = Math.max(last, expected + Math.min(most, Math.max(-most, off)));
    }
    return this.time;
  }
}

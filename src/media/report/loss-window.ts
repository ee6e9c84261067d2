/** Reports looked back on: 4 to 10 s of a browser's; a power of two. */
const capacity = 8;

/**
 * How much of one source its receiver has lost lately, by the counts of its last reports. The fraction in a single one
 * says little: browsers report of a slow stream after so few packets that it jumps between none and half.
 */
export class LossWindow {
  /** 0 to 1; 0 before the second report. */
  rate = 0;
  private readonly highest = new Float64Array(capacity);
  private readonly lost = new Float64Array(capacity);
  private count = 0;

  /**
   * Takes a report block (RFC 3550 section 6.4.1).
   * @param highestSequence extended highest sequence number
   * @param cumulativeLost signed
   */
  report(highestSequence: number, cumulativeLost: number): void {
    const oldest = this.count < capacity ? 0 : this.count & (capacity - 1);
    const expected = (highestSequence - (this.highest[oldest] as number)) | 0;
    const lost = cumulativeLost - (this.lost[oldest] as number);
    this.rate = this.count === 0 || expected <= 0 ? 0 : Math.min(1, Math.max(0, lost / expected));
    const slot = this.count & (capacity - 1);
    this.highest[slot] = highestSequence;
    this.lost[slot] = cumulativeLost;
    this.count += 1;
  }
}

/** How much the mapping may rise, so that it follows a publisher whose clock is slow: 200 ppm. */
const rise = 0.0002;
/** A packet so much later than the mapping says is of a clock that jumped or stood still, ms. */
const longestDelay = 2000;

/**
 * The RTP timestamp that belongs to a moment of our clock, by the packets that took least time: for publishers that do
 * not tell their own clock.
 */
export class ArrivalClock {
  /** The last RTP timestamp, unwrapped; -1 before the first. */
  private timestamp = -1;
  /** Our time less the media's, of the fastest packets, ms. */
  private base = Number.NaN;
  private at = 0;

  constructor(private readonly clockRate: number) {}

  get isKnown(): boolean {
    return !Number.isNaN(this.base);
  }

  /** @param now arrival of a packet with this RTP timestamp, ms */
  note(timestamp: number, now: number): void {
    if (this.timestamp < 0) this.timestamp = 0x1_0000_0000 + timestamp;
    else this.timestamp += (timestamp - this.timestamp) | 0;
    const sample = now - (this.timestamp * 1000) / this.clockRate;
    const base = this.base + (now - this.at) * rise;
    // Also true before the first packet, when nothing compares.
    this.base = sample <= base + longestDelay ? Math.min(base, sample) : sample;
    this.at = now;
  }

  /** The RTP timestamp of what arrives now by the fastest way, 32 bit. Means nothing before the first packet. */
  timestampAt(now: number): number {
    const timestamp = Math.round(((now - this.base) * this.clockRate) / 1000) % 0x1_0000_0000;
    return timestamp < 0 ? timestamp + 0x1_0000_0000 : timestamp;
  }

  reset(): void {
    this.timestamp = -1;
    this.base = Number.NaN;
  }
}

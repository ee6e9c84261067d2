const twoTo32 = 0x1_0000_0000;

/** A moment on the publisher's wall clock and the RTP timestamp that belongs to it. */
export interface ClockReading {
  ntpSeconds: number;
  ntpFraction: number;
  rtpTimestamp: number;
}

/**
 * The publisher's own mapping of RTP timestamps to its wall clock, from its sender reports (RFC 3550 section 6.4.1).
 *
 * Viewers' sender reports continue this mapping instead of inventing one from arrival times: audio and video of a
 * publisher share its wall clock, so they stay as synchronous at the viewer as they were at the source.
 */
export class MediaClock {
  private known = false;
  private ntpSeconds = 0;
  private ntpFraction = 0;
  private rtpTimestamp = 0;
  private at = 0;

  constructor(private readonly clockRate: number) {}

  get isKnown(): boolean {
    return this.known;
  }

  /** @param now arrival of the sender report, ms */
  update(ntpSeconds: number, ntpFraction: number, rtpTimestamp: number, now: number): void {
    this.known = true;
    this.ntpSeconds = ntpSeconds;
    this.ntpFraction = ntpFraction;
    this.rtpTimestamp = rtpTimestamp;
    this.at = now;
  }

  reset(): void {
    this.known = false;
  }

  /**
   * What the publisher's clocks show now.
   * @returns false while no sender report has come
   */
  read(now: number, into: ClockReading): boolean {
    if (!this.known) return false;
    const elapsed = now - this.at;
    const fraction = this.ntpFraction + (elapsed / 1000) * twoTo32;
    into.ntpSeconds = (this.ntpSeconds + Math.floor(fraction / twoTo32)) % twoTo32;
    into.ntpFraction = Math.floor(fraction % twoTo32);
    into.rtpTimestamp = (this.rtpTimestamp + Math.round((elapsed * this.clockRate) / 1000)) % twoTo32;
    return true;
  }
}

/** Reports that may still be echoed: four seconds of two tracks; a power of two. */
const capacity = 8;
const guess = 100;
/** ms; what claims to have taken longer is no measurement. */
const longest = 10_000;

/**
 * The round trip to a peer, from its echoes of what we report: a viewer's of our sender reports (RFC 3550 section 6.4.1,
 * LSR and DLSR), a publisher's of our receiver reference times (RFC 3611 section 4.5, LRR and DLRR). Sender reports carry
 * the publisher's clock, not ours, so each is remembered with the time it left.
 */
export class RoundTrip {
  /** Smoothed, ms; a guess until the first echo. */
  ms = guess;
  /** Whether it was. */
  measured = false;
  private readonly reports = new Float64Array(capacity).fill(-1);
  private readonly sentAt = new Float64Array(capacity);
  private count = 0;

  /** The same as far as it was measured; 0 for not at all. */
  get measuredMs(): number {
    return this.measured ? this.ms : 0;
  }

  /** @param report the middle 32 bits of the NTP time in the report that leaves now */
  sent(report: number, now: number): void {
    const slot = this.count & (capacity - 1);
    this.reports[slot] = report;
    this.sentAt[slot] = now;
    this.count += 1;
  }

  /**
   * Takes an echo; one of a report that was not sent, or was too long ago, tells nothing.
   * @param report LSR or LRR, 0 for none
   * @param delay DLSR or DLRR, in 65536ths of a second
   */
  echoed(report: number, delay: number, now: number): void {
    const slot = report === 0 ? -1 : this.reports.indexOf(report);
    if (slot < 0) return;
    const sample = now - (this.sentAt[slot] as number) - (delay * 1000) / 65536;
    // A clock that rounds may make a short trip a little less than nothing.
    if (sample < -1 || sample > longest) return;
    this.ms = this.measured ? this.ms + (Math.max(1, sample) - this.ms) / 4 : Math.max(1, sample);
    this.measured = true;
  }
}

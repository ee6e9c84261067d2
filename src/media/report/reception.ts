import { compactNtp } from '../../rtp/index.js';

/** What a receiver report says of one source (RFC 3550 section 6.4.1). */
export interface ReceptionReport {
  ssrc: number;
  fractionLost: number;
  cumulativeLost: number;
  highestSequence: number;
  jitter: number;
  lastSenderReport: number;
  delaySinceLastSenderReport: number;
}

/**
 * Statistics of one received source, kept as RFC 3550 appendix A.3 and A.8 compute them. Jitter is that of packets in
 * order: a repeated one is late by a round trip, which says nothing about the path's queues.
 */
export class Reception {
  received = 0;
  /** Packets that came as retransmissions of another SSRC, and so are lost to the reports (RFC 4588 section 4). */
  recovered = 0;
  private first = -1;
  private highest = -1;
  private expectedPrior = 0;
  private receivedPrior = 0;
  private jitter = 0;
  private lastTransit = Number.NaN;
  private lastSenderReport = 0;
  private senderReportAt = 0;
  private readonly report: ReceptionReport = {
    ssrc: 0,
    fractionLost: 0,
    cumulativeLost: 0,
    highestSequence: 0,
    jitter: 0,
    lastSenderReport: 0,
    delaySinceLastSenderReport: 0,
  };

  /** @param clockRate of the source, Hz */
  constructor(private readonly clockRate: number) {}

  /** Packets lost so far, retransmitted ones not counted as lost. */
  get lost(): number {
    return Math.max(0, this.expected - this.received - this.recovered);
  }

  /** Interarrival jitter, ms. */
  get jitterMs(): number {
    return (this.jitter / this.clockRate) * 1000;
  }

  private get expected(): number {
    return this.first < 0 ? 0 : this.highest - this.first + 1;
  }

  /**
   * @param sequence extended sequence number
   * @param timestamp RTP timestamp
   * @param now arrival, ms
   */
  packet(sequence: number, timestamp: number, now: number): void {
    this.received += 1;
    if (this.first < 0) this.first = sequence;
    if (sequence <= this.highest) return;
    this.highest = sequence;
    const transit = ((now * this.clockRate) / 1000 - timestamp) % 0x1_0000_0000;
    const change = Math.abs(transit - this.lastTransit);
    // A jump of more than a second is a wrapped or restarted clock, not jitter.
    if (change < this.clockRate) this.jitter += (change - this.jitter) / 16;
    this.lastTransit = transit;
  }

  /** Notes a sender report of the source, to be echoed for its round-trip measurement. */
  senderReport(ntpSeconds: number, ntpFraction: number, now: number): void {
    this.lastSenderReport = compactNtp(ntpSeconds, ntpFraction);
    this.senderReportAt = now;
  }

  /** Makes the report block due now. The object is reused by the next call. */
  makeReport(ssrc: number, now: number): ReceptionReport {
    const { expected } = this;
    const expectedInterval = expected - this.expectedPrior;
    const lostInterval = expectedInterval - (this.received - this.receivedPrior);
    this.expectedPrior = expected;
    this.receivedPrior = this.received;
    const report = this.report;
    report.ssrc = ssrc;
    report.fractionLost =
      expectedInterval <= 0 || lostInterval <= 0
        ? 0
        : Math.min(255, Math.floor((lostInterval * 256) / expectedInterval));
    report.cumulativeLost = Math.min(0x7f_ffff, Math.max(0, expected - this.received));
    // Unwrapped numbers start one cycle up, to leave room for reordering below the first packet.
    report.highestSequence = this.first < 0 ? 0 : (this.highest - 65536) >>> 0;
    report.jitter = Math.floor(this.jitter);
    report.lastSenderReport = this.lastSenderReport;
    report.delaySinceLastSenderReport =
      this.lastSenderReport === 0 ? 0 : Math.floor(((now - this.senderReportAt) * 65536) / 1000) >>> 0;
    return report;
  }
}

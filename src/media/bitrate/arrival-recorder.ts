import { SequenceUnwrapper, transportFeedbackCount, writeTransportFeedback } from '../../rtp/index.js';
import type { PacketSink } from '../packet-sink.js';
import type { CompoundHead } from '../report/compound-head.js';

/** Arrivals remembered; a power of two well above what comes between two reports at 50 Mbps. */
const capacity = 2048;
const maxReportSize = 1200;

/**
 * Notes when each packet of a transport arrived and reports it to the sender, whose congestion control lives on it
 * (draft-holmer-rmcat-transport-wide-cc-extensions-01).
 */
export class ArrivalRecorder {
  private readonly arrivals = new Float64Array(capacity).fill(Number.NaN);
  private readonly unwrapper = new SequenceUnwrapper();
  /** First extended transport sequence number of the next report. */
  private next = -1;
  private highest = -1;
  private reports = 0;

  /**
   * @param transportSequence 16-bit number from the header extension
   * @param now arrival, ms
   */
  record(transportSequence: number, now: number): void {
    const sequence = this.unwrapper.unwrap(transportSequence);
    if (this.next < 0) {
      this.next = sequence;
      this.highest = sequence - 1;
    }
    if (sequence <= this.highest - capacity) return;
    if (sequence > this.highest) {
      if (sequence - this.highest > capacity) {
        this.arrivals.fill(Number.NaN);
        this.next = sequence;
      } else {
        for (let lost = this.highest + 1; lost < sequence; lost += 1) {
          this.arrivals[lost & (capacity - 1)] = Number.NaN;
        }
        if (this.next <= sequence - capacity) this.next = sequence - capacity + 1;
      }
      this.highest = sequence;
    }
    // A packet that arrives after its report is reported again, with those behind it.
    if (sequence < this.next) this.next = sequence;
    this.arrivals[sequence & (capacity - 1)] = now;
  }

  /**
   * Sends what has arrived since the last report.
   * @param head what each packet begins with; null for none, where reduced size was agreed on
   */
  report(sink: PacketSink, senderSsrc: number, mediaSsrc: number, head: CompoundHead | null): void {
    while (this.next >= 0 && this.next <= this.highest) {
      const count = Math.min(capacity, this.highest - this.next + 1);
      const offset = sink.begin(maxReportSize);
      if (offset < 0) return;
      const before = head?.write(sink.memory, offset) ?? 0;
      const length = writeTransportFeedback(
        sink.memory,
        offset + before,
        senderSsrc,
        mediaSsrc,
        this.next,
        this.arrivals,
        capacity - 1,
        count,
        this.reports,
        maxReportSize - before,
      );
      if (length === 0) {
        this.next += count;
        continue;
      }
      this.next += transportFeedbackCount(sink.memory, offset + before);
      this.reports += 1;
      sink.sendRtcp(offset, before + length);
    }
  }
}

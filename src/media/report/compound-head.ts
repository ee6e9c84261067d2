import type { Memory } from '../../kit/index.js';
import { writeReceiverReport, writeSdesCname } from '../../rtp/index.js';

/**
 * What a compound RTCP packet begins with, for peers that did not agree to reduced size (RFC 5506): a report and the
 * sender's name (RFC 3550 section 6.1). The report is empty, since one with blocks would begin a new interval of their
 * fraction lost, which the reports once a second measure.
 */
export class CompoundHead {
  /** @param cname ASCII (RFC 3550 section 6.5.1) */
  constructor(
    private readonly ssrc: number,
    private readonly cname: Uint8Array,
  ) {}

  /** @returns bytes written: 20 and the name, rounded up */
  write(memory: Memory, offset: number): number {
    const length = writeReceiverReport(memory, offset, this.ssrc, [], 0);
    return length + writeSdesCname(memory, offset + length, this.ssrc, this.cname);
  }
}

import type { Memory } from '../../kit/index.js';
import { HAS_EXTENSION, HAS_SIZE, Leb128Reader, ObuType, obuType } from './av1-obu.js';
import { SequenceHeaderReader } from './av1-sequence-header.js';
import type { VideoInspector, VideoSize } from './video-inspector.js';

const CONTINUES_OBU = 0x80;
const STARTS_SEQUENCE = 0x08;
const FORBIDDEN = 0x80;

/**
 * AV1 over RTP (RTP Payload Format For AV1, v1.0). A key frame starts with the payload that begins a coded video
 * sequence (4.4, N) and has its sequence header first; a temporal delimiter, which senders should leave out,
 * may stand before it. The size is the largest of the sequence: with spatial layers that of the highest.
 */
export class Av1Inspector implements VideoInspector {
  private readonly sequenceHeader = new SequenceHeaderReader();
  private readonly leb128 = new Leb128Reader();
  private at = 0;
  private headerEnd = 0;

  startsKeyFrame(memory: Memory, offset: number, length: number): boolean {
    return this.findSequenceHeader(memory, offset, length);
  }

  readSize(memory: Memory, offset: number, length: number, out: VideoSize): boolean {
    if (!this.findSequenceHeader(memory, offset, length)) return false;
    return this.sequenceHeader.readSize(memory, this.at, this.headerEnd - this.at, out);
  }

  /** Leaves the sequence header's payload between `at` and `headerEnd`. */
  private findSequenceHeader(memory: Memory, offset: number, length: number): boolean {
    if (length < 2) return false;
    const view = memory.view;
    const end = offset + length;
    const aggregation = view.getUint8(offset);
    if ((aggregation & STARTS_SEQUENCE) === 0 || (aggregation & CONTINUES_OBU) !== 0) return false;
    // W: the last of so many elements has no length in front; with 0 all have one.
    const count = (aggregation >> 4) & 0x03;
    this.at = offset + 1;
    for (let element = 1; count === 0 || element <= count; element++) {
      const size = element === count ? end - this.at : this.readLeb128(view, end);
      if (size <= 0 || size > end - this.at) return false;
      const elementEnd = this.at + size;
      const header = view.getUint8(this.at);
      if ((header & FORBIDDEN) !== 0) return false;
      const type = obuType(header);
      if (type === ObuType.sequenceHeader) return this.enterObu(view, header, elementEnd);
      if (type !== ObuType.temporalDelimiter) return false;
      this.at = elementEnd;
    }
    return false;
  }

  /** Steps over obu_header() and, where it has one, obu_size (AV1 5.3). */
  private enterObu(view: DataView, header: number, elementEnd: number): boolean {
    this.at += (header & HAS_EXTENSION) !== 0 ? 2 : 1;
    this.headerEnd = elementEnd;
    if ((header & HAS_SIZE) !== 0) {
      const size = this.readLeb128(view, elementEnd);
      if (size < 0 || size > elementEnd - this.at) return false;
      this.headerEnd = this.at + size;
    }
    return this.at < this.headerEnd;
  }

  /** leb128() at `at`, which moves behind it. Returns -1 when it is cut or too long. */
  private readLeb128(view: DataView, end: number): number {
    if (!this.leb128.read(view, this.at, end)) return -1;
    this.at += this.leb128.length;
    return this.leb128.value;
  }
}

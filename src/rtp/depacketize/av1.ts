import type { Memory } from '../../kit/index.js';
import { HAS_EXTENSION, HAS_SIZE, Leb128Reader, leb128Length, ObuType, obuType } from '../codecs/av1-obu.js';
import { AssemblingDepacketizer } from './depacketizer.js';

const CONTINUES_OBU = 0x80;
const CONTINUED_OBU = 0x40;
const FORBIDDEN = 0x80;

/**
 * AV1 (RTP Payload Format For AV1, v1.0): a temporal unit out of aggregated OBUs and fragments of them (4.3 to 4.5).
 * The frame is in the low-overhead format (AV1 5.2): each OBU has its size, temporal delimiters and tile lists are
 * left out (RTP Payload Format section 5).
 */
export class Av1Depacketizer extends AssemblingDepacketizer {
  private readonly leb128 = new Leb128Reader();
  /** Where the OBU under way begins in the frame. */
  private obuStart = 0;
  private obuOpen = false;

  protected take(memory: Memory, offset: number, length: number): boolean {
    if (length < 2) return false;
    const end = offset + length;
    const aggregation = memory.view.getUint8(offset);
    if (((aggregation & CONTINUES_OBU) !== 0) !== this.obuOpen) return false;
    // W: the last of so many elements has no length in front; with 0 all have one.
    const count = (aggregation >> 4) & 0x03;
    let at = offset + 1;
    for (let element = 1; at < end; element++) {
      let size = end - at;
      if (element !== count) {
        if (!this.leb128.read(memory.view, at, end)) return false;
        at += this.leb128.length;
        size = this.leb128.value;
      }
      if (size === 0 || size > end - at) return false;
      if (!this.frame.append(memory, at, size)) return false;
      at += size;
      this.obuOpen = at === end && (aggregation & CONTINUED_OBU) !== 0;
      if (!this.obuOpen && !this.endObu()) return false;
      if (at === end && element < count) return false;
    }
    return true;
  }

  protected complete(): boolean {
    return !this.obuOpen;
  }

  protected begin(): void {
    this.obuStart = 0;
    this.obuOpen = false;
  }

  /** The OBU under way is whole: gives it its size, or takes it out again. */
  private endObu(): boolean {
    const { frame, obuStart } = this;
    const header = frame.bytes[obuStart] as number;
    if ((header & FORBIDDEN) !== 0) return false;
    const payload = obuStart + ((header & HAS_EXTENSION) !== 0 ? 2 : 1);
    if (payload > frame.length) return false;
    const type = obuType(header);
    if (type === ObuType.temporalDelimiter || type === ObuType.tileList) frame.truncate(obuStart);
    else if ((header & HAS_SIZE) === 0) {
      if (!this.insertSize(payload)) return false;
    } else if (!this.hasRightSize(payload)) return false;
    this.obuStart = frame.length;
    return true;
  }

  private insertSize(payload: number): boolean {
    const { frame, obuStart } = this;
    let size = frame.length - payload;
    const count = leb128Length(size);
    if (!frame.insert(payload, count)) return false;
    const bytes = frame.bytes;
    bytes[obuStart] = (bytes[obuStart] as number) | HAS_SIZE;
    for (let index = 0; index < count; index++, size >>>= 7) {
      bytes[payload + index] = (size & 0x7f) | (index + 1 < count ? 0x80 : 0);
    }
    return true;
  }

  /** Senders should leave the size out; one that does not must say what is there. */
  private hasRightSize(payload: number): boolean {
    const { frame, leb128 } = this;
    const { bytes } = frame;
    const view = new DataView(bytes.buffer, bytes.byteOffset, frame.length);
    return (
      leb128.read(view, payload, frame.length) && leb128.value === frame.length - payload - leb128.length
    );
  }
}

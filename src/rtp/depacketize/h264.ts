import type { Memory } from '../../kit/index.js';
import { isUnitType } from '../codecs/h264-nal.js';
import { AssemblingDepacketizer } from './depacketizer.js';

const FORBIDDEN = 0x80;
const TYPE = 0x1f;
const STAP_A = 24;
const FU_A = 28;
const FU_START = 0x80;
const FU_END = 0x40;

/**
 * H.264 (RFC 6184), packetization modes 0 and 1: single units (5.6), STAP-A (5.7.1) and FU-A (5.8). The frame is the
 * access unit, each NAL unit behind its length in four bytes, big-endian (ISO 14496-15 5.3.2). The other packet types
 * belong to the interleaved mode, which nobody agreed on: malformed.
 */
export class H264Depacketizer extends AssemblingDepacketizer {
  /** Where the unit under way has its length; -1 while none is. */
  private openAt = -1;
  private openType = 0;

  protected take(memory: Memory, offset: number, length: number): boolean {
    if (length < 1) return false;
    const header = memory.view.getUint8(offset);
    if ((header & FORBIDDEN) !== 0) return false;
    const type = header & TYPE;
    if (type === FU_A) return this.takeFragment(memory, offset, length);
    if (this.openAt >= 0) return false;
    if (type === STAP_A) return this.takeAggregate(memory, offset + 1, offset + length);
    return this.takeUnit(memory, offset, length);
  }

  protected complete(): boolean {
    return this.openAt < 0;
  }

  protected begin(): void {
    this.openAt = -1;
    this.openType = 0;
  }

  private takeUnit(memory: Memory, offset: number, length: number): boolean {
    const header = memory.view.getUint8(offset);
    if ((header & FORBIDDEN) !== 0 || !isUnitType(header & TYPE)) return false;
    return this.frame.appendUint32(length) && this.frame.append(memory, offset, length);
  }

  private takeAggregate(memory: Memory, start: number, end: number): boolean {
    if (start === end) return false;
    for (let at = start; at < end; ) {
      if (at + 2 > end) return false;
      const size = memory.view.getUint16(at);
      at += 2;
      if (size === 0 || size > end - at || !this.takeUnit(memory, at, size)) return false;
      at += size;
    }
    return true;
  }

  /** The payload may be empty, and one fragment may be all of the unit, though it should not. */
  private takeFragment(memory: Memory, offset: number, length: number): boolean {
    if (length < 2) return false;
    const { frame } = this;
    const indicator = memory.view.getUint8(offset);
    const header = memory.view.getUint8(offset + 1);
    const type = header & TYPE;
    const starts = (header & FU_START) !== 0;
    if (!isUnitType(type) || starts !== this.openAt < 0) return false;
    if (starts) {
      this.openAt = frame.length;
      this.openType = type;
      if (!frame.appendUint32(0) || !frame.appendByte((indicator & ~TYPE) | type)) return false;
    }
    if (type !== this.openType || !frame.append(memory, offset + 2, length - 2)) return false;
    if ((header & FU_END) !== 0) {
      frame.setUint32(this.openAt, frame.length - this.openAt - 4);
      this.openAt = -1;
    }
    return true;
  }
}

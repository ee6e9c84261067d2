import type { Memory } from '../kit/index.js';

/** Blocks of a payload at most, the primary one included: those that browsers take. */
const maxBlocks = 32;
/** Bytes that describe a redundant block, and the primary one. */
const redundantHeader = 4;
const primaryHeader = 1;

/**
 * A reusable view of a payload of redundant audio (RFC 2198 section 3), which finds its primary block: the last one, what
 * the packet would carry alone. Those in front of it repeat the primaries of earlier packets.
 */
export class RedPayload {
  /** Offset in the memory that was read. */
  primaryOffset = 0;
  /** Bytes; may be 0. */
  primaryLength = 0;
  primaryPayloadType = 0;
  /** Blocks in front of the primary one. */
  redundantBlocks = 0;

  /**
   * Reads the payload at `offset`; touches no byte outside of it. The fields mean nothing after it was refused.
   *
   * @param length bytes
   * @returns false without a primary block, with blocks longer than the payload, or with more of them than anybody sends
   */
  parse({ view }: Memory, offset: number, length: number): boolean {
    const end = offset + length;
    let at = offset;
    let redundantLength = 0;
    for (let blocks = 0; blocks < maxBlocks && at < end; blocks += 1) {
      const first = view.getUint8(at);
      if (first < 0x80) {
        this.primaryOffset = at + primaryHeader + redundantLength;
        this.primaryLength = end - this.primaryOffset;
        this.primaryPayloadType = first;
        this.redundantBlocks = blocks;
        return this.primaryLength >= 0;
      }
      if (at + redundantHeader > end) return false;
      redundantLength += view.getUint16(at + 2) & 0x3ff;
      at += redundantHeader;
    }
    return false;
  }
}

import { type Memory, memoryOf } from '../../kit/index.js';

/** nal_unit_type (ITU-T H.264 table 7-1), as far as anything here asks for it. */
export const NalType = {
  slice: 1,
  /** Slice data partition C: the last of the types that are a piece of picture and not an IDR one. */
  partitionC: 4,
  idrSlice: 5,
  sps: 7,
  pps: 8,
} as const;

/** The last of the types that are a NAL unit itself; those behind it are ways of RTP to carry some (RFC 6184 5.2). */
const LAST_UNIT_TYPE = 23;

/** Whether it is the type of a NAL unit itself. */
export function isUnitType(type: number): boolean {
  return type > 0 && type <= LAST_UNIT_TYPE;
}

/** Bytes of the length in front of each NAL unit. */
export const NAL_LENGTH_SIZE = 4;

/**
 * Steps through the NAL units of an access unit, each behind its length in four bytes, big-endian, as `Depacketizer`
 * makes them: `begin`, then `next` until it says false; `failed` tells the end from a malformed one.
 */
export class NalCursor {
  type = 0;
  /** The unit, its header byte included. */
  offset = 0;
  length = 0;
  failed = false;
  private view = memoryOf(new Uint8Array(0)).view;
  private at = 0;

  /** @param memory the frame, and nothing else */
  begin(memory: Memory): void {
    this.view = memory.view;
    this.at = 0;
    this.failed = false;
  }

  next(): boolean {
    const { view, at } = this;
    if (this.failed || at >= view.byteLength) return false;
    this.failed = true;
    if (at + NAL_LENGTH_SIZE >= view.byteLength) return false;
    this.length = view.getUint32(at);
    this.offset = at + NAL_LENGTH_SIZE;
    if (this.length === 0 || this.length > view.byteLength - this.offset) return false;
    const header = view.getUint8(this.offset);
    if (header >= 0x80) return false;
    this.type = header & 0x1f;
    this.at = this.offset + this.length;
    this.failed = false;
    return true;
  }
}

import { type Memory, memoryOf } from '../../kit/index.js';

/** obu_type (AV1 6.2.2), as far as anything here asks for it. */
export const ObuType = {
  sequenceHeader: 1,
  temporalDelimiter: 2,
  frameHeader: 3,
  frame: 6,
  tileList: 8,
} as const;

/** Bits of an OBU's first byte (AV1 5.3.2). */
export const HAS_EXTENSION = 0x04;
export const HAS_SIZE = 0x02;

/** AV1 4.10.5. */
const MAX_LEB128_LENGTH = 8;

/** The type in an OBU's first byte. */
export function obuType(header: number): number {
  return (header >> 3) & 0x0f;
}

/** Bytes that a number takes as leb128(), less than 2^32. */
export function leb128Length(value: number): number {
  let length = 1;
  for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 128)) length++;
  return length;
}

/** Reads leb128() (AV1 4.10.5), reusable. */
export class Leb128Reader {
  value = 0;
  /** Bytes that the last one took. */
  length = 0;

  /** @returns false when it is cut at `end` or too long */
  read(view: DataView, at: number, end: number): boolean {
    this.value = 0;
    for (let index = 0; index < MAX_LEB128_LENGTH && at + index < end; index++) {
      const byte = view.getUint8(at + index);
      this.value += (byte & 0x7f) * 128 ** index;
      this.length = index + 1;
      if (byte < 0x80) return true;
    }
    return false;
  }
}

/**
 * Steps through the OBUs of a frame in the low-overhead format (AV1 5.2), each of which has its size, as
 * `Depacketizer` makes them: `begin`, then `next` until it says false; `failed` tells the end from a malformed one.
 */
export class ObuCursor {
  type = 0;
  /** The OBU, header included, from `start` to `end`. */
  start = 0;
  end = 0;
  payloadOffset = 0;
  payloadLength = 0;
  failed = false;
  private readonly leb128 = new Leb128Reader();
  private view = memoryOf(new Uint8Array(0)).view;

  /** @param memory the frame, and nothing else */
  begin(memory: Memory): void {
    this.view = memory.view;
    this.start = 0;
    this.end = 0;
    this.failed = false;
  }

  next(): boolean {
    const { view, leb128 } = this;
    if (this.failed || this.end >= view.byteLength) return false;
    this.failed = true;
    this.start = this.end;
    const header = view.getUint8(this.start);
    if ((header & 0x80) !== 0 || (header & HAS_SIZE) === 0) return false;
    const sizeAt = this.start + ((header & HAS_EXTENSION) !== 0 ? 2 : 1);
    if (!leb128.read(view, sizeAt, view.byteLength)) return false;
    this.payloadOffset = sizeAt + leb128.length;
    this.payloadLength = leb128.value;
    if (this.payloadLength > view.byteLength - this.payloadOffset) return false;
    this.type = obuType(header);
    this.end = this.payloadOffset + this.payloadLength;
    this.failed = false;
    return true;
  }
}

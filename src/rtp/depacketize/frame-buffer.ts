import { type Memory, memoryOf } from '../../kit/index.js';

/** No frame is larger, bytes: many times what a publisher's bitrate allows for one picture. */
export const MAX_FRAME_LENGTH = 4 * 1024 * 1024;

const FIRST_CAPACITY = 16 * 1024;

/** Collects the bytes of one frame after the other: grows as they need it, and never over its limit. */
export class FrameBuffer {
  /** Bytes of the frame so far. */
  length = 0;
  private memory: Memory = memoryOf(new Uint8Array(0));

  /** @param limit bytes of the longest frame */
  constructor(private readonly limit: number) {}

  /** What there is; valid until the next append. */
  get bytes(): Uint8Array {
    return this.memory.u8;
  }

  /** @returns false, nothing appended, when the frame would become too long */
  append(memory: Memory, offset: number, length: number): boolean {
    if (!this.reserve(length)) return false;
    this.memory.u8.set(memory.u8.subarray(offset, offset + length), this.length);
    this.length += length;
    return true;
  }

  appendByte(byte: number): boolean {
    if (!this.reserve(1)) return false;
    this.memory.u8[this.length++] = byte;
    return true;
  }

  appendUint32(value: number): boolean {
    if (!this.reserve(4)) return false;
    this.memory.view.setUint32(this.length, value);
    this.length += 4;
    return true;
  }

  /** Writes over four bytes that are there. */
  setUint32(at: number, value: number): void {
    this.memory.view.setUint32(at, value);
  }

  /** Makes `count` bytes of room at `at`: what is behind moves, and the new bytes have any value. */
  insert(at: number, count: number): boolean {
    if (!this.reserve(count)) return false;
    this.memory.u8.copyWithin(at + count, at, this.length);
    this.length += count;
    return true;
  }

  /** Forgets what is behind the first `length` bytes. */
  truncate(length: number): void {
    this.length = Math.min(this.length, length);
  }

  /** A copy, for the frame to keep. */
  copy(): Uint8Array {
    return this.memory.u8.slice(0, this.length);
  }

  private reserve(count: number): boolean {
    const needed = this.length + count;
    if (needed > this.limit) return false;
    if (needed <= this.memory.u8.length) return true;
    const capacity = Math.min(Math.max(needed, 2 * this.memory.u8.length, FIRST_CAPACITY), this.limit);
    const grown = new Uint8Array(capacity);
    grown.set(this.memory.u8.subarray(0, this.length));
    this.memory = memoryOf(grown);
    return true;
  }
}

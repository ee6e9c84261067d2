import { type Memory, memoryOf } from '../kit/index.js';

const HEADER_LENGTH = 4;
const PROFILE = 0xbede;
const MAX_ID = 14;
const MAX_ELEMENT_LENGTH = 16;

/**
 * Writes a header extension in the one-byte form (RFC 8285 4.2): `begin`, any number of `add`, `end`.
 * Reusable.
 *
 * It takes at most 4 bytes, 1 byte and the value for each element, and 3 bytes of padding; the caller keeps
 * that room.
 */
export class ExtensionWriter {
  private memory: Memory = memoryOf(new Uint8Array(0));
  private start = 0;
  private at = 0;

  /** Starts an extension at `offset`, which is where the CSRC list of the header ends. */
  begin(memory: Memory, offset: number): void {
    this.memory = memory;
    this.start = offset;
    this.at = offset + HEADER_LENGTH;
  }

  /**
   * Copies a value from elsewhere in the same memory.
   *
   * @returns false, with nothing written, when the one-byte form cannot say it: an id outside 1 to 14 or a
   * length outside 1 to 16
   */
  add(id: number, sourceOffset: number, length: number): boolean {
    if (!isExpressible(id, length)) return false;
    const u8 = this.memory.u8;
    // The value first: where source and target overlap, the element's header could fall upon the source.
    u8.copyWithin(this.at + 1, sourceOffset, sourceOffset + length);
    this.memory.view.setUint8(this.at, (id << 4) | (length - 1));
    this.at += 1 + length;
    return true;
  }

  /**
   * Adds an unsigned integer in network byte order.
   *
   * @param value 0 to 2^32 - 1, cut to its low `bytes` bytes
   * @param bytes 1 to 4
   * @returns false, with nothing written, when `id` or `bytes` is out of range
   */
  addUint(id: number, value: number, bytes: number): boolean {
    if (!isExpressible(id, bytes) || bytes > 4) return false;
    const view = this.memory.view;
    view.setUint8(this.at++, (id << 4) | (bytes - 1));
    for (let shift = 8 * (bytes - 1); shift >= 0; shift -= 8) view.setUint8(this.at++, value >>> shift);
    return true;
  }

  /**
   * Pads to a multiple of 4 and writes the extension's own header.
   *
   * @returns the bytes of the whole extension; 0 when no element was added, and then the RTP header must not
   * announce one
   */
  end(): number {
    const view = this.memory.view;
    const dataOffset = this.start + HEADER_LENGTH;
    if (this.at === dataOffset) return 0;
    while (((this.at - dataOffset) & 3) !== 0) view.setUint8(this.at++, 0);
    view.setUint16(this.start, PROFILE);
    view.setUint16(this.start + 2, (this.at - dataOffset) / 4);
    return this.at - this.start;
  }
}

function isExpressible(id: number, length: number): boolean {
  return id >= 1 && id <= MAX_ID && length >= 1 && length <= MAX_ELEMENT_LENGTH;
}

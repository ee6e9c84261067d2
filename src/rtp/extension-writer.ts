import { type Memory, memoryOf } from '../kit/index.js';

const HEADER_LENGTH = 4;
const ONE_BYTE_PROFILE = 0xbede;
const TWO_BYTE_PROFILE = 0x1000;
const MAX_ID = 14;
/** The longest value that the one-byte form can say. */
export const LONGEST_ONE_BYTE_ELEMENT = 16;
const LONGEST_TWO_BYTE_ELEMENT = 255;

/**
 * Writes a header extension in the one-byte form (RFC 8285 4.2) or the two-byte form (4.3): `begin`, any number of `add`,
 * `end`. Reusable.
 *
 * It takes at most 4 bytes, 1 byte (2 in the two-byte form) and the value for each element, and 3 bytes of padding; the
 * caller keeps that room.
 */
export class ExtensionWriter {
  private memory: Memory = memoryOf(new Uint8Array(0));
  private start = 0;
  private at = 0;
  private twoByte = false;

  /** Starts an extension at `offset`, which is where the CSRC list of the header ends. */
  begin(memory: Memory, offset: number, twoByte = false): void {
    this.memory = memory;
    this.twoByte = twoByte;
    this.start = offset;
    this.at = offset + HEADER_LENGTH;
  }

  /** Where the next element goes. */
  get position(): number {
    return this.at;
  }

  /**
   * Copies a value from elsewhere in the same memory.
   *
   * @returns false, with nothing written, when the form cannot say it: an id outside 1 to 14, or a length outside 1 to 16
   * or, in the two-byte form, 255
   */
  add(id: number, sourceOffset: number, length: number): boolean {
    if (!this.isExpressible(id, length)) return false;
    const value = this.at + (this.twoByte ? 2 : 1);
    // The value first: where source and target overlap, the element's header could fall upon the source.
    this.memory.u8.copyWithin(value, sourceOffset, sourceOffset + length);
    this.writeElementHeader(id, length);
    this.at = value + length;
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
    if (!this.isExpressible(id, bytes) || bytes > 4) return false;
    const view = this.memory.view;
    this.writeElementHeader(id, bytes);
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
    view.setUint16(this.start, this.twoByte ? TWO_BYTE_PROFILE : ONE_BYTE_PROFILE);
    view.setUint16(this.start + 2, (this.at - dataOffset) / 4);
    return this.at - this.start;
  }

  /** Leaves `at` behind it. */
  private writeElementHeader(id: number, length: number): void {
    const view = this.memory.view;
    if (this.twoByte) {
      view.setUint8(this.at++, id);
      view.setUint8(this.at++, length);
    } else {
      view.setUint8(this.at++, (id << 4) | (length - 1));
    }
  }

  private isExpressible(id: number, length: number): boolean {
    const longest = this.twoByte ? LONGEST_TWO_BYTE_ELEMENT : LONGEST_ONE_BYTE_ELEMENT;
    return id >= 1 && id <= MAX_ID && length >= 1 && length <= longest;
  }
}

import { type Memory, memoryOf } from '../kit/index.js';

const HEADER_LENGTH = 4;
const ONE_BYTE_PROFILE = 0xbede;
const TWO_BYTE_PROFILE = 0x1000;
/** The greatest identifier of the one-byte form. */
export const MAX_ONE_BYTE_ID = 14;
/** The longest value of the one-byte form, bytes. */
export const MAX_ONE_BYTE_LENGTH = 16;
const MAX_TWO_BYTE = 255;
/** The identifier that ends a list of one-byte elements, and is no element's (RFC 8285 4.2). */
const RESERVED_ID = 15;

/**
 * Writes a header extension in the one-byte or the two-byte form (RFC 8285 4.2, 4.3): `begin`, any number of
 * elements, `end`. Reusable.
 *
 * It takes at most 4 bytes, 1 byte or 2 and the value for each element, and 3 bytes of padding; the caller keeps
 * that room.
 */
export class ExtensionWriter {
  private memory: Memory = memoryOf(new Uint8Array(0));
  private start = 0;
  private at = 0;
  private twoByte = false;

  /**
   * Starts an extension at `offset`, which is where the CSRC list of the header ends.
   *
   * @param twoByte in which form; a stream whose receiver has not agreed to a mixture has one for all its packets
   */
  begin(memory: Memory, offset: number, twoByte = false): void {
    this.memory = memory;
    this.start = offset;
    this.at = offset + HEADER_LENGTH;
    this.twoByte = twoByte;
  }

  /** Where the next element goes. */
  get position(): number {
    return this.at;
  }

  /**
   * Copies a value from elsewhere in the same memory.
   *
   * @returns false, with nothing written, when the form cannot say it: an id outside 1 to 14 or a length outside 1
   * to 16; in the two-byte form an id of 15, or one of both outside 1 to 255
   */
  add(id: number, sourceOffset: number, length: number): boolean {
    if (!this.isExpressible(id, length)) return false;
    // The value first: where source and target overlap, the element's header could fall upon the source.
    const value = this.at + (this.twoByte ? 2 : 1);
    this.memory.u8.copyWithin(value, sourceOffset, sourceOffset + length);
    this.addHeader(id, length);
    this.at += length;
    return true;
  }

  /** Adds a value that lies elsewhere; see `add`. */
  addBytes(id: number, value: Uint8Array): boolean {
    if (!this.isExpressible(id, value.length)) return false;
    this.addHeader(id, value.length);
    const { u8 } = this.memory;
    for (let index = 0; index < value.length; index += 1) u8[this.at++] = value[index] as number;
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
    this.addHeader(id, bytes);
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

  private addHeader(id: number, length: number): void {
    const view = this.memory.view;
    if (this.twoByte) {
      view.setUint8(this.at++, id);
      view.setUint8(this.at++, length);
    } else {
      view.setUint8(this.at++, (id << 4) | (length - 1));
    }
  }

  private isExpressible(id: number, length: number): boolean {
    if (id < 1 || length < 1 || id === RESERVED_ID) return false;
    return this.twoByte
      ? id <= MAX_TWO_BYTE && length <= MAX_TWO_BYTE
      : id <= MAX_ONE_BYTE_ID && length <= MAX_ONE_BYTE_LENGTH;
  }
}

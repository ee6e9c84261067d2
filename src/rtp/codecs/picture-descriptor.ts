import type { Memory } from '../../kit/index.js';
import { Vp8Descriptor } from './vp8-descriptor.js';
import { Vp9Descriptor } from './vp9-descriptor.js';

/** The numbers of pictures that payload descriptors of VP8 and VP9 have in the same form (RFC 7741 4.2, RFC 9628 4.2). */
export interface PictureDescriptor {
  /** 0 to 127 or 0 to 32767 by its length; -1 for none. */
  readonly pictureId: number;
  /** Where it lies, and in how many bytes: 0 for none, 1 or 2. */
  readonly pictureIdOffset: number;
  readonly pictureIdLength: number;
  /** TL0PICIDX, 0 to 255; -1 for none. */
  readonly tl0PictureIndex: number;
  readonly tl0PictureIndexOffset: number;
  /** @returns false when the descriptor is cut or malformed */
  parse(memory: Memory, offset: number, length: number): boolean;
}

/**
 * A new one for a codec by its SDP name.
 *
 * @returns null for a codec whose payloads number no pictures
 */
export function pictureDescriptor(codecName: string): PictureDescriptor | null {
  switch (codecName.toUpperCase()) {
    case 'VP8':
      return new Vp8Descriptor();
    case 'VP9':
      return new Vp9Descriptor();
    default:
      return null;
  }
}

/**
 * Writes another picture id over the one of a descriptor, in as many bytes as it has.
 *
 * @param offset where the field lies: `pictureIdOffset`, moved as the payload was copied
 * @param length its bytes, 1 or 2; the id is taken modulo 2^7 or 2^15
 */
export function writePictureId(memory: Memory, offset: number, length: number, pictureId: number): void {
  if (length === 2) memory.view.setUint16(offset, 0x8000 | (pictureId & 0x7fff));
  else memory.view.setUint8(offset, pictureId & 0x7f);
}

/** Writes another TL0PICIDX over the one at `offset`, modulo 256; see `writePictureId`. */
export function writeTl0PictureIndex(memory: Memory, offset: number, index: number): void {
  memory.view.setUint8(offset, index);
}

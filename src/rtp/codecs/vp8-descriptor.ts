import type { Memory } from '../../kit/index.js';
import type { PictureDescriptor } from './picture-descriptor.js';

const EXTENDED = 0x80;
const START_OF_PARTITION = 0x10;
const PARTITION_INDEX = 0x07;
const HAS_PICTURE_ID = 0x80;
const HAS_TL0_PICTURE_INDEX = 0x40;
const HAS_TEMPORAL_ID = 0x20;
const HAS_TID_OR_KEY_INDEX = 0x30;
const LONG_PICTURE_ID = 0x80;
const LAYER_SYNC = 0x20;

/**
 * The payload descriptor of VP8 (RFC 7741 4.2), reusable: parse one, read the fields, parse the next. They mean
 * nothing after `parse` refused one.
 */
export class Vp8Descriptor implements PictureDescriptor {
  /** Bytes of the descriptor: the frame's data follow. */
  length = 0;
  /** The payload begins a frame: the first of partition 0. */
  startsFrame = false;
  /** 0 to 127 or 0 to 32767 by its length; -1 for none. */
  pictureId = -1;
  /** Where it lies, and in how many bytes: 0 for none, 1 or 2. */
  pictureIdOffset = -1;
  pictureIdLength = 0;
  /** TL0PICIDX, 0 to 255; -1 for none. */
  tl0PictureIndex = -1;
  tl0PictureIndexOffset = -1;
  /** 0 to 3; 0 also when the descriptor has none. */
  temporalId = 0;
  /** Y: the frame depends on the base layer only. */
  layerSync = false;

  /** @returns false when the descriptor is cut, or nothing follows it */
  parse(memory: Memory, offset: number, length: number): boolean {
    if (length < 2) return false;
    const view = memory.view;
    const end = offset + length;
    const first = view.getUint8(offset);
    const fields = (first & EXTENDED) !== 0 ? view.getUint8(offset + 1) : 0;
    let at = offset + ((first & EXTENDED) !== 0 ? 2 : 1);
    this.startsFrame = (first & START_OF_PARTITION) !== 0 && (first & PARTITION_INDEX) === 0;
    this.pictureId = -1;
    this.pictureIdOffset = -1;
    this.pictureIdLength = 0;
    this.tl0PictureIndex = -1;
    this.tl0PictureIndexOffset = -1;
    this.temporalId = 0;
    this.layerSync = false;
    if ((fields & HAS_PICTURE_ID) !== 0) {
      if (at + 1 >= end) return false;
      const short = view.getUint8(at);
      this.pictureIdOffset = at;
      this.pictureIdLength = (short & LONG_PICTURE_ID) !== 0 ? 2 : 1;
      this.pictureId = this.pictureIdLength === 2 ? view.getUint16(at) & 0x7fff : short;
      at += this.pictureIdLength;
    }
    if ((fields & HAS_TL0_PICTURE_INDEX) !== 0) {
      if (at >= end) return false;
      this.tl0PictureIndexOffset = at;
      this.tl0PictureIndex = view.getUint8(at++);
    }
    if ((fields & HAS_TID_OR_KEY_INDEX) !== 0) {
      if (at >= end) return false;
      const layer = view.getUint8(at++);
      if ((fields & HAS_TEMPORAL_ID) !== 0) {
        this.temporalId = layer >> 6;
        this.layerSync = (layer & LAYER_SYNC) !== 0;
      }
    }
    this.length = at - offset;
    return at < end;
  }
}

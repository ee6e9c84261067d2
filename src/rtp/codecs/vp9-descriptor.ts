import type { Memory } from '../../kit/index.js';
import type { PictureDescriptor } from './picture-descriptor.js';

const HAS_PICTURE_ID = 0x80;
const INTER_PREDICTED = 0x40;
const HAS_LAYERS = 0x20;
const FLEXIBLE = 0x10;
const STARTS_FRAME = 0x08;
const ENDS_FRAME = 0x04;
const HAS_STRUCTURE = 0x02;
const LONG_PICTURE_ID = 0x80;
const MAX_REFERENCES = 3;
const ANOTHER_REFERENCE = 0x01;
const HAS_SIZES = 0x10;
const HAS_PICTURE_GROUP = 0x08;
const MAX_SPATIAL_LAYERS = 8;

/**
 * The payload descriptor of VP9 (RFC 9628 4.2), reusable: parse one, read the fields, parse the next. They mean
 * nothing after `parse` refused one.
 *
 * A picture is what is shown at one time, a frame one spatial layer of it.
 */
export class Vp9Descriptor implements PictureDescriptor {
  /** Bytes of the descriptor: the frame's data follow. */
  length = 0;
  /** 0 to 127 or 0 to 32767 by its length; -1 for none. */
  pictureId = -1;
  /** Where it lies, and in how many bytes: 0 for none, 1 or 2. */
  pictureIdOffset = -1;
  pictureIdLength = 0;
  /** P: the frame depends on earlier pictures. */
  interPredicted = false;
  startsFrame = false;
  endsFrame = false;
  /** 0 to 7; 0 also when the descriptor has none. */
  temporalId = 0;
  /** 0 to 7; 0 also when the descriptor has none. */
  spatialId = 0;
  /** U: later pictures of higher temporal layers need no picture of those before this one. */
  switchingUp = false;
  /** TL0PICIDX, 0 to 255, in non-flexible mode; -1 for none. */
  tl0PictureIndex = -1;
  tl0PictureIndexOffset = -1;
  /** Pixels, of the highest spatial layer that the scalability structure gives a size; 0 for none. */
  width = 0;
  height = 0;
  /** Sizes that the last scalability structure gave, by spatial layer, pixels; 0 for a layer that is not sent. */
  readonly widths = new Uint16Array(MAX_SPATIAL_LAYERS);
  readonly heights = new Uint16Array(MAX_SPATIAL_LAYERS);
  private at = 0;
  private end = 0;

  /** @returns false when the descriptor is cut or malformed, or nothing follows it */
  parse(memory: Memory, offset: number, length: number): boolean {
    if (length < 2) return false;
    const view = memory.view;
    const first = view.getUint8(offset);
    this.at = offset + 1;
    this.end = offset + length;
    this.interPredicted = (first & INTER_PREDICTED) !== 0;
    this.startsFrame = (first & STARTS_FRAME) !== 0;
    this.endsFrame = (first & ENDS_FRAME) !== 0;
    this.pictureId = -1;
    this.pictureIdOffset = -1;
    this.pictureIdLength = 0;
    this.temporalId = 0;
    this.spatialId = 0;
    this.switchingUp = false;
    this.tl0PictureIndex = -1;
    this.tl0PictureIndexOffset = -1;
    this.width = 0;
    this.height = 0;
    const flexible = (first & FLEXIBLE) !== 0;
    if ((first & HAS_PICTURE_ID) !== 0 && !this.readPictureId(view)) return false;
    if ((first & HAS_LAYERS) !== 0 && !this.readLayers(view, flexible)) return false;
    if (flexible && this.interPredicted && !this.skipReferences(view)) return false;
    if ((first & HAS_STRUCTURE) !== 0 && !this.readStructure(view)) return false;
    this.length = this.at - offset;
    return this.at < this.end;
  }

  private readPictureId(view: DataView): boolean {
    const short = view.getUint8(this.at);
    const size = (short & LONG_PICTURE_ID) !== 0 ? 2 : 1;
    if (this.at + size > this.end) return false;
    this.pictureIdOffset = this.at;
    this.pictureIdLength = size;
    this.pictureId = size === 2 ? view.getUint16(this.at) & 0x7fff : short;
    this.at += size;
    return true;
  }

  private readLayers(view: DataView, flexible: boolean): boolean {
    if (this.at + (flexible ? 1 : 2) > this.end) return false;
    const layers = view.getUint8(this.at++);
    this.temporalId = layers >> 5;
    this.switchingUp = (layers & 0x10) !== 0;
    this.spatialId = (layers >> 1) & 0x07;
    if (flexible) return true;
    this.tl0PictureIndexOffset = this.at;
    this.tl0PictureIndex = view.getUint8(this.at++);
    return true;
  }

  private skipReferences(view: DataView): boolean {
    for (let count = 0; count < MAX_REFERENCES; count++) {
      if (this.at >= this.end) return false;
      if ((view.getUint8(this.at++) & ANOTHER_REFERENCE) === 0) return true;
    }
    return false;
  }

  /** The scalability structure (RFC 9628 4.2.1), of which the picture group is skipped. */
  private readStructure(view: DataView): boolean {
    if (this.at >= this.end) return false;
    const header = view.getUint8(this.at++);
    if ((header & HAS_SIZES) !== 0) {
      const layers = (header >> 5) + 1;
      if (this.at + 4 * layers > this.end) return false;
      this.widths.fill(0);
      this.heights.fill(0);
      for (let layer = 0; layer < layers; layer++, this.at += 4) {
        const width = view.getUint16(this.at);
        const height = view.getUint16(this.at + 2);
        this.widths[layer] = width;
        this.heights[layer] = height;
        // A layer that is not sent has no size.
        if (width === 0 || height === 0) continue;
        this.width = width;
        this.height = height;
      }
    }
    return (header & HAS_PICTURE_GROUP) === 0 || this.skipPictureGroup(view);
  }

  private skipPictureGroup(view: DataView): boolean {
    if (this.at >= this.end) return false;
    for (let left = view.getUint8(this.at++); left > 0; left--) {
      if (this.at >= this.end) return false;
      const references = (view.getUint8(this.at++) >> 2) & 0x03;
      this.at += references;
    }
    return this.at <= this.end;
  }
}

import type { Memory } from '../../kit/index.js';
import { Vp8Descriptor, writeVp8PictureId, writeVp8Tl0PictureIndex } from '../../rtp/index.js';
import type { LayerTable } from './layer-table.js';
import { ThinnedNumbering } from './thinned-numbering.js';

/**
 * Keeps the picture ids and TL0PICIDX of VP8 (RFC 7741 section 4.2) continuous for one viewer: decoders take a gap for a
 * lost picture and wait for it, and encodings of one picture count differently.
 */
export class PictureNumbers {
  /** As the viewer saw them last; -1 before. */
  private pictureId = -1;
  private tl0PictureIndex = -1;
  private readonly descriptor = new Vp8Descriptor();

  /**
   * Numbers packets from one on that is the first of a source, or the first whose layers are known.
   * @param slot of the packet in the cache
   */
  start(layers: LayerTable, slot: number, sequence: number, index: number): ThinnedNumbering {
    const pictureId = layers.pictureIds[slot] as number;
    const tl0 = layers.tl0PictureIndexes[slot] as number;
    const pictureDelta = pictureId < 0 || this.pictureId < 0 ? 0 : (this.pictureId + 1 - pictureId) & 0x7fff;
    const tl0Delta = tl0 < 0 || this.tl0PictureIndex < 0 ? 0 : (this.tl0PictureIndex + 1 - tl0) & 0xff;
    return new ThinnedNumbering(sequence, index, pictureDelta, tl0Delta);
  }

  /** Notes a packet newer than all before, numbered just now. */
  note(layers: LayerTable, slot: number, index: number, by: ThinnedNumbering): void {
    const pictureId = layers.pictureIds[slot] as number;
    const tl0 = layers.tl0PictureIndexes[slot] as number;
    if (pictureId >= 0) this.pictureId = (pictureId + by.pictureDeltaOf(index)) & 0x7fff;
    if (tl0 >= 0) this.tl0PictureIndex = (tl0 + by.tl0DeltaOf(index)) & 0xff;
  }

  /**
   * Puts the viewer's numbers into a payload, in a copy where they are others.
   * @param room for the copy
   * @returns where the payload lies that is to be sent
   */
  rewrite(
    memory: Memory,
    offset: number,
    length: number,
    room: number,
    index: number,
    by: ThinnedNumbering,
  ): number {
    const pictureDelta = by.pictureDeltaOf(index);
    const tl0Delta = by.tl0DeltaOf(index);
    if (pictureDelta === 0 && tl0Delta === 0) return offset;
    const { descriptor } = this;
    memory.u8.copyWithin(room, offset, offset + length);
    if (!descriptor.parse(memory, room, length)) return room;
    const { pictureId, pictureIdOffset, pictureIdLength, tl0PictureIndex, tl0PictureIndexOffset } =
      descriptor;
    if (pictureId >= 0) writeVp8PictureId(memory, pictureIdOffset, pictureIdLength, pictureId + pictureDelta);
    if (tl0PictureIndex >= 0)
      writeVp8Tl0PictureIndex(memory, tl0PictureIndexOffset, tl0PictureIndex + tl0Delta);
    return room;
  }
}

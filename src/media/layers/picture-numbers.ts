import type { Memory } from '../../kit/index.js';
import {
  type PictureDescriptor,
  pictureDescriptor,
  writePictureId,
  writeTl0PictureIndex,
} from '../../rtp/index.js';
import type { LayerTable } from './layer-table.js';
import { ThinnedNumbering } from './thinned-numbering.js';

/**
 * Keeps the picture ids and TL0PICIDX of VP8 (RFC 7741 section 4.2) and VP9 (RFC 9628 section 4.2) continuous for one
 * viewer: encodings of one picture count differently. Decoders of VP8 also take a gap for a lost picture and wait for it;
 * pictures of VP9 say by differences of ids, or by their place in a group, what they refer to, so there what is left out
 * on purpose leaves its gap.
 */
export class PictureNumbers {
  /** As the viewer saw them last; -1 before. */
  private pictureId = -1;
  private tl0PictureIndex = -1;

  private constructor(
    private readonly descriptor: PictureDescriptor,
    private readonly closesGaps: boolean,
  ) {}

  /** @returns null for a codec that numbers no pictures */
  static create(codecName: string): PictureNumbers | null {
    const descriptor = pictureDescriptor(codecName);
    return descriptor && new PictureNumbers(descriptor, codecName === 'VP8');
  }

  /** Id of a picture that closes up when all of it is left out; -1 for none. */
  closing(layers: LayerTable, slot: number): number {
    return this.closesGaps ? (layers.pictureIds[slot] as number) : -1;
  }

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
    if (pictureId >= 0) writePictureId(memory, pictureIdOffset, pictureIdLength, pictureId + pictureDelta);
    if (tl0PictureIndex >= 0) writeTl0PictureIndex(memory, tl0PictureIndexOffset, tl0PictureIndex + tl0Delta);
    return room;
  }
}

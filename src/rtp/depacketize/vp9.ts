import type { Memory } from '../../kit/index.js';
import { Vp9Descriptor } from '../codecs/vp9-descriptor.js';
import { AssemblingDepacketizer } from './depacketizer.js';

const MAX_LAYERS = 8;
/** superframe_header(): marker, four bytes to each size (VP9 bitstream annex B). */
const SUPERFRAME_MARKER = 0xc0 | (3 << 3);

/**
 * VP9 (RFC 9628), in flexible mode and not. A picture is the frames of its spatial layers, lowest first; where there
 * are several they become a superframe with its index (VP9 bitstream annex B), by which decoders find the upper ones.
 */
export class Vp9Depacketizer extends AssemblingDepacketizer {
  private readonly descriptor = new Vp9Descriptor();
  private readonly ends = new Uint32Array(MAX_LAYERS);
  private layers = 0;
  private layerOpen = false;
  private spatialId = -1;
  private pictureId = -1;

  protected take(memory: Memory, offset: number, length: number): boolean {
    const { descriptor, frame } = this;
    if (!descriptor.parse(memory, offset, length)) return false;
    if (descriptor.startsFrame === this.layerOpen) return false;
    if (frame.length === 0) this.pictureId = descriptor.pictureId;
    else if (descriptor.pictureId !== this.pictureId) return false;
    if (this.layerOpen ? descriptor.spatialId !== this.spatialId : descriptor.spatialId <= this.spatialId) {
      return false;
    }
    this.spatialId = descriptor.spatialId;
    if (!frame.append(memory, offset + descriptor.length, length - descriptor.length)) return false;
    this.layerOpen = !descriptor.endsFrame;
    if (!this.layerOpen) this.ends[this.layers++] = frame.length;
    return true;
  }

  protected complete(): boolean {
    return !this.layerOpen && (this.layers < 2 || this.appendIndex());
  }

  private appendIndex(): boolean {
    const { frame, layers } = this;
    const marker = SUPERFRAME_MARKER | (layers - 1);
    let start = 0;
    if (!frame.appendByte(marker)) return false;
    for (let layer = 0; layer < layers; layer++) {
      const end = this.ends[layer] as number;
      const size = end - start;
      // Little-endian, unlike everything else in VP9.
      for (let shift = 0; shift < 32; shift += 8)
        if (!frame.appendByte((size >>> shift) & 0xff)) return false;
      start = end;
    }
    return frame.appendByte(marker);
  }

  protected begin(): void {
    this.layers = 0;
    this.layerOpen = false;
    this.spatialId = -1;
    this.pictureId = -1;
  }
}

import type { Memory } from '../../kit/index.js';
import { Vp8Descriptor } from './vp8-descriptor.js';
import { Vp9Descriptor } from './vp9-descriptor.js';

/** Where one RTP payload stands among the layers of its stream. */
export interface PacketLayers {
  /** 0 is the base; also when the payload names none. */
  temporalId: number;
  /** 0 is the base; also when the payload names none. */
  spatialId: number;
  /** The payload is the first of a frame, that is of one spatial layer of a picture. */
  startsFrame: boolean;
  /** The payload is the last of a frame. VP8 does not say it: there the RTP marker does. */
  endsFrame: boolean;
  /** VP8's Y: the picture needs the base layer alone, so its own temporal layer can be entered with it. */
  layerSync: boolean;
  /** VP9's U: pictures after this one need nothing before it of higher temporal layers: those can be entered. */
  switchingUp: boolean;
  /** 0 to 127 or 0 to 32767, as the sender writes it in one byte or two; -1 for none. */
  pictureId: number;
  /** Running number of the pictures of temporal layer 0, 0 to 255; -1 for none. */
  tl0PictureIndex: number;
}

/** Reads which layer a payload belongs to; one serves any number of payloads, one at a time. */
export interface LayerReader {
  /** By spatial layer, pixels, as last told; 0 for unknown. */
  readonly widths: Uint16Array;
  readonly heights: Uint16Array;
  /**
   * Reads the RTP payload at `offset`, header and padding excluded, and nothing outside it.
   *
   * @returns false, `out` untouched, when its descriptor is malformed
   */
  read(memory: Memory, offset: number, length: number, out: PacketLayers): boolean;
}

/** RFC 7741 4.2: temporal layers only. */
class Vp8LayerReader implements LayerReader {
  readonly widths = new Uint16Array(1);
  readonly heights = new Uint16Array(1);
  private readonly descriptor = new Vp8Descriptor();

  read(memory: Memory, offset: number, length: number, out: PacketLayers): boolean {
    const descriptor = this.descriptor;
    if (!descriptor.parse(memory, offset, length)) return false;
    out.temporalId = descriptor.temporalId;
    out.spatialId = 0;
    out.startsFrame = descriptor.startsFrame;
    out.endsFrame = false;
    out.layerSync = descriptor.layerSync;
    out.switchingUp = false;
    out.pictureId = descriptor.pictureId;
    out.tl0PictureIndex = descriptor.tl0PictureIndex;
    return true;
  }
}

/** RFC 9628 4.2: temporal and spatial layers. */
class Vp9LayerReader implements LayerReader {
  private readonly descriptor = new Vp9Descriptor();

  get widths(): Uint16Array {
    return this.descriptor.widths;
  }

  get heights(): Uint16Array {
    return this.descriptor.heights;
  }

  read(memory: Memory, offset: number, length: number, out: PacketLayers): boolean {
    const descriptor = this.descriptor;
    if (!descriptor.parse(memory, offset, length)) return false;
    out.temporalId = descriptor.temporalId;
    out.spatialId = descriptor.spatialId;
    out.startsFrame = descriptor.startsFrame;
    out.endsFrame = descriptor.endsFrame;
    out.layerSync = false;
    out.switchingUp = descriptor.switchingUp;
    out.pictureId = descriptor.pictureId;
    out.tl0PictureIndex = descriptor.tl0PictureIndex;
    return true;
  }
}

/**
 * A new reader for a codec by its SDP name, case-insensitive.
 *
 * @returns null for a codec whose payloads do not tell: AV1 says it in a header extension, `DependencyDescriptor`
 */
export function layerReader(codecName: string): LayerReader | null {
  switch (codecName.toUpperCase()) {
    case 'VP8':
      return new Vp8LayerReader();
    case 'VP9':
      return new Vp9LayerReader();
    default:
      return null;
  }
}

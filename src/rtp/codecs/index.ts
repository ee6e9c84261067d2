import { Av1Inspector } from './av1.js';
import { H264Inspector } from './h264.js';
import type { VideoInspector } from './video-inspector.js';
import { Vp8Inspector } from './vp8.js';
import { Vp9Inspector } from './vp9.js';

export { NalCursor, NalType } from './h264-nal.js';
export { type LayerReader, layerReader, type PacketLayers } from './layers.js';
export {
  type PictureDescriptor,
  pictureDescriptor,
  writePictureId,
  writeTl0PictureIndex,
} from './picture-descriptor.js';
export type { VideoInspector, VideoSize } from './video-inspector.js';
export { Vp8Descriptor } from './vp8-descriptor.js';
export { Vp9Descriptor } from './vp9-descriptor.js';

/**
 * A new inspector for a codec by its SDP name, case-insensitive: 'H264', 'VP8', 'VP9' or 'AV1'. One serves any number of
 * payloads, one at a time.
 *
 * @returns null for a codec that is forwarded without being looked into
 */
export function videoInspector(codecName: string): VideoInspector | null {
  switch (codecName.toUpperCase()) {
    case 'H264':
      return new H264Inspector();
    case 'VP8':
      return new Vp8Inspector();
    case 'VP9':
      return new Vp9Inspector();
    case 'AV1':
      return new Av1Inspector();
    default:
      return null;
  }
}

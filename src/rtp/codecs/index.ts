import { H264Inspector } from './h264.js';
import type { VideoInspector } from './video-inspector.js';
import { Vp8Inspector } from './vp8.js';

export type { VideoInspector, VideoSize } from './video-inspector.js';

/**
 * A new inspector for a codec by its SDP name, case-insensitive: 'H264' or 'VP8'. One serves any number of
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
    default:
      return null;
  }
}

import { av1Config } from './av1.js';
import { h264Config } from './h264.js';
import { vp8Config, vp9Config } from './vpx.js';

/** What a container or a browser has to know of a video before its first frame. */
export interface VideoConfig {
  /** As in the codecs parameter of RFC 6381: 'avc1.42c01f', 'vp8', 'vp09.00.31.08', 'av01.0.05M.08'. */
  readonly codec: string;
  /** Pixels, as shown; with spatial layers of the highest. */
  readonly width: number;
  readonly height: number;
  /** H264: AVCDecoderConfigurationRecord as MP4 wants it; AV1: AV1CodecConfigurationRecord; VP8, VP9: null, they need none. */
  readonly description: Uint8Array | null;
}

/**
 * Reads it out of a frame for which `isKeyFrame` is true.
 *
 * @param codecName SDP name, case-insensitive
 * @returns null for other frames and codecs, and where the headers are malformed
 */
export function videoConfig(codecName: string, keyFrame: Uint8Array): VideoConfig | null {
  switch (codecName.toUpperCase()) {
    case 'H264':
      return h264Config(keyFrame);
    case 'VP8':
      return vp8Config(keyFrame);
    case 'VP9':
      return vp9Config(keyFrame);
    case 'AV1':
      return av1Config(keyFrame);
    default:
      return null;
  }
}

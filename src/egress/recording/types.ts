import type { VideoCodec } from '../../containers/index.js';
import type { VideoConfig } from '../../rtp/index.js';

/** Reads a key frame (`videoConfig`); null when it is none that a decoder could begin with. */
export type ReadCodecConfig = (codec: VideoCodec, keyFrame: Uint8Array) => VideoConfig | null;

/** A stretch of time in which frames of a track are missing, ms since the file's start. */
export interface RecordingGap {
  readonly kind: 'audio' | 'video';
  readonly from: number;
  readonly to: number;
}

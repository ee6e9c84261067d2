import type { VideoConfig } from '../../rtp/index.js';

export type VideoCodec = 'H264' | 'VP8' | 'VP9' | 'AV1';
export type AudioCodec = 'opus' | 'PCMA' | 'PCMU' | 'G722';
export type Rotation = 0 | 90 | 180 | 270;

export interface VideoTrack {
  readonly kind: 'video';
  readonly codec: VideoCodec;
  /** How far a player turns the picture, degrees clockwise. */
  readonly rotation?: Rotation;
}

export interface AudioTrack {
  readonly kind: 'audio';
  readonly codec: AudioCodec;
  /** Of RTP, Hz; G722 says 8000 and has 16000 (RFC 3551 section 4.5.2). */
  readonly clockRate: number;
  readonly channels: number;
}

export type RecordingTrack = VideoTrack | AudioTrack;

/** Reads a key frame (`videoConfig`); null when it is none that a decoder could begin with. */
export type ReadCodecConfig = (codec: VideoCodec, keyFrame: Uint8Array) => VideoConfig | null;

/** A stretch of time in which frames of a track are missing, ms since the file's start. */
export interface RecordingGap {
  readonly kind: 'audio' | 'video';
  readonly from: number;
  readonly to: number;
}

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

/** What a container has to know of a video. */
export interface VideoConfig {
  /** As in the codecs parameter of RFC 6381: `avc1.42c01f`, `av01.0.05M.08`. */
  readonly codec: string;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  /** H264: AVCDecoderConfigurationRecord; AV1: AV1CodecConfigurationRecord; null for none. */
  readonly description: Uint8Array | null;
}

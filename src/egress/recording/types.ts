/** One picture, or one packet of sound, as its codec has it. */
export interface MediaFrame {
  readonly kind: 'audio' | 'video';
  /** A decoder can begin with it; always true for sound. */
  readonly key: boolean;
  /** Time on the stream's one clock, ms, fractional, never going back within a track. */
  readonly time: number;
  /** H264: NAL units, each with a 4-byte length, parameter sets in-band; AV1: one temporal unit; else one frame or packet. */
  readonly data: Uint8Array;
  /** Something before it in this track was lost: a video frame with it is only useful if `key`. */
  readonly discontinuity: boolean;
}

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

/** What a container must know of a video track; it is in the codec's key frames. */
export interface CodecConfig {
  /** As in RFC 6381, such as `avc1.42c01f` or `av01.0.04M.08`. */
  readonly codec: string;
  /** H264: AVCDecoderConfigurationRecord (ISO/IEC 14496-15); AV1: AV1CodecConfigurationRecord, optional. */
  readonly description?: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** Reads a key frame; null when it is none that a decoder could begin with. */
export type ReadCodecConfig = (codec: VideoCodec, keyFrame: Uint8Array) => CodecConfig | null;

/** A stretch of time in which frames of a track are missing, ms since the file's start. */
export interface RecordingGap {
  readonly kind: 'audio' | 'video';
  readonly from: number;
  readonly to: number;
}

/** A form that a track of a stream can be brought into. */
export type TranscodeProfile = VideoProfile | AudioProfile;

export interface VideoProfile {
  readonly kind: 'video';
  /** MPEG1: pictures of an elementary stream of 25 a second, for WSPlayer. */
  readonly codec: 'H264' | 'VP8' | 'MPEG1';
  /** Pixels; 0 for what follows from the other and the shape of the source, both 0 for its size. */
  readonly width: number;
  readonly height: number;
  /** kbit/s; 0 for what suits the size. */
  readonly bitrate: number;
  /** Without a bitrate: percent of twice what suits the size, so 50 for just that; 50 when missing. */
  readonly quality?: number;
  /** Most pictures a second; all when missing. */
  readonly maxFrameRate?: number;
  /** Seconds between key frames. */
  readonly keyFrameInterval: number;
}

export interface AudioProfile {
  readonly kind: 'audio';
  /** AAC: LC, 48 kHz, raw frames. PCMU: 8 kHz, one channel, 160 bytes a frame. */
  readonly codec: 'AAC' | 'PCMU' | 'opus';
}

/** The same for equal profiles. */
export function profileKey(profile: TranscodeProfile): string {
  return JSON.stringify(profile, Object.keys(profile).sort());
}

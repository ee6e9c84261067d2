import type { TrackDescription } from '../media/index.js';
import type { StreamInfo } from '../wire/index.js';
import type { MediaEndpoint } from './media-plane.js';
import type { Carrier } from './media-session.js';

/** The picture that a stream is to be given. */
export interface VideoWish {
  readonly codec: 'H264' | 'VP8';
  /** Pixels; 0 for what follows from the other and the shape of the source. */
  readonly width: number;
  readonly height: number;
  /** kbit/s; 0 for what suits the size. */
  readonly bitrate: number;
  /** Without a bitrate, 1 to 100: 50 for what suits the size; 0 for the same. */
  readonly quality: number;
  /** Most pictures a second; all without. */
  readonly fps?: number;
  /** Seconds between key frames; 2 without. */
  readonly keyFrameInterval?: number;
}

/** The form that a stream is to be brought into; null for what is to stay as it is. */
export interface TranscodeWish {
  readonly video: VideoWish | null;
  readonly audio: 'PCMU' | null;
  /** Not to be shared with who has the same wish, but for another who has the same here. */
  readonly own?: string;
}

/** Hears of one use of a derived stream; never called after its `close`. */
export interface DerivedListener {
  onVideoSize(width: number, height: number): void;
  /** It cannot go on. */
  onFailed(): void;
}

/** A stream that is made of a published one, for viewers: shared by all who have the same wish. `close` ends this use. */
export interface DerivedStream extends Carrier {
  /** What viewers name as their publisher. */
  readonly endpoint: MediaEndpoint;
  readonly tracks: readonly TrackDescription[];
}

/** The port through which players get streams in another form than they are published in. */
export interface Transcoding {
  /** What pictures can be brought into here; nothing without ffmpeg. */
  videoCodecs(): Promise<readonly VideoWish['codec'][]>;
  /**
   * @param source as `Publication` has it
   * @throws (rejects) TranscodingRefused
   */
  derive(
    source: { readonly endpoint: MediaEndpoint; readonly tracks: readonly TrackDescription[] },
    wish: TranscodeWish,
    listener: DerivedListener,
  ): Promise<DerivedStream>;
}

/** A stream cannot be transcoded. */
export class TranscodingRefused extends Error {
  override readonly name = 'TranscodingRefused';

  /** @param info for the client */
  constructor(readonly info: StreamInfo) {
    super(info);
  }
}

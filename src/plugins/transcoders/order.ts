import type { VideoWish } from '../../streams/index.js';

/** A stream that is to be made of another, under a name of its own. */
export interface TranscoderOrder {
  /** What it is known by. */
  readonly uri: string;
  /** Name of the stream that it is made of. */
  readonly source: string;
  /** Of the stream that is made. */
  readonly name: string;
  /** Null for that of the source, where it can be made. */
  readonly codec: VideoWish['codec'] | null;
  /** Pixels; 0 for what follows from the other and the shape of the source. */
  readonly width: number;
  readonly height: number;
  /** kbit/s; 0 for what suits the size. */
  readonly bitrate: number;
  /** Most pictures a second; 0 for all. */
  readonly fps: number;
  /** Seconds; 0 for 2. */
  readonly keyFrameInterval: number;
}

/** A transcoder that runs, or is about to. */
export interface TranscoderView extends TranscoderOrder {
  readonly codec: VideoWish['codec'];
  readonly mediaSessionId: string;
  /** PENDING or PUBLISHING */
  readonly status: string;
  /** ms since 1970 */
  readonly startedAt: number;
}

export type RefusalCode = 'not-found' | 'in-use' | 'off' | 'busy' | 'bad-order' | 'failed';

/** A transcoder cannot be had. */
export class TranscoderRefused extends Error {
  override readonly name = 'TranscoderRefused';

  constructor(
    readonly code: RefusalCode,
    message: string,
  ) {
    super(message);
  }
}

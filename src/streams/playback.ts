import type { PlayStream } from '../wire/index.js';
import type { BandwidthWatch } from './bandwidth-watch.js';
import { MediaSession } from './media-session.js';
import type { VideoSize } from './negotiation.js';
import type { Publication } from './publication.js';

/** A stream being played by one client. */
export class Playback extends MediaSession<PlayStream> {
  readonly published = false;
  /** What it watches; null until that is found. */
  publication: Publication | null = null;
  /** Null until it is admitted. */
  bandwidth: BandwidthWatch | null = null;

  /** Size that is enough for it, pixels; 0 for as published. */
  get wantedSize(): VideoSize {
    const { width, height } = this.request;
    return { width, height };
  }
}

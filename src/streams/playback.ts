import type { BandwidthWatch } from './bandwidth-watch.js';
import { MediaSession } from './media-session.js';
import type { Publication } from './publication.js';

/** A stream being played by one client. */
export class Playback extends MediaSession {
  readonly published = false;
  /** What it watches; null until that is found. */
  publication: Publication | null = null;
  /** Null until it is admitted. */
  bandwidth: BandwidthWatch | null = null;
}

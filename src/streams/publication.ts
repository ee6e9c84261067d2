import type { TrackDescription } from '../media/index.js';
import type { PublishStream } from '../wire/index.js';
import type { MediaEndpoint } from './media-plane.js';
import { MediaSession } from './media-session.js';
import type { Playback } from './playback.js';

/** A stream being published: it holds its name from the request on, and its players end with it. */
export class Publication extends MediaSession<PublishStream, MediaEndpoint> {
  readonly published = true;
  readonly players = new Set<Playback>();
  /** As agreed with the publisher; empty until the answer. */
  tracks: readonly TrackDescription[] = [];
  /** As the publisher says (WCS spec D.10). */
  audioMuted = false;
  videoMuted = false;
}

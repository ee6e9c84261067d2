import type { TrackDescription } from '../media/index.js';
import type { PublishStream } from '../wire/index.js';
import type { MediaEndpoint } from './media-plane.js';
import { MediaSession } from './media-session.js';
import type { Playback } from './playback.js';

/** A recording of a stream, as the statuses of its publisher show it (WCS spec C.5, H). */
export interface StreamRecording {
  /** ms since 1970. */
  readonly startedAt: number;
  /** Whether it is being written. */
  readonly running: boolean;
  /** Of its first file; null while that is not known, or for good where there is none. */
  readonly name: string | null;
  /** Resolves soon after the stream's end, when the name is what it stays. Never rejects. */
  readonly finished: Promise<void>;
}

/** A stream being published: it holds its name from the request on, and its players end with it. */
export class Publication extends MediaSession<PublishStream, MediaEndpoint> {
  readonly published = true;
  readonly players = new Set<Playback>();
  /** As agreed with the publisher; empty until the answer. */
  tracks: readonly TrackDescription[] = [];
  /** As the publisher says (WCS spec D.10). */
  audioMuted = false;
  videoMuted = false;
  /** The last one; null where there was none. */
  recording: StreamRecording | null = null;
}

import { StreamInfo, StreamStatus } from '../wire/index.js';
import type { MediaListener } from './media-plane.js';
import type { Playback } from './playback.js';
import type { Publication } from './publication.js';

/** A way for media to reach players other than WebRTC, by the name that they give it (`mediaProvider`, WCS spec F). */
export interface PlaybackProvider {
  /**
   * Opens it for a player: gives what carries it to `Playback.attach`, or ends the playback with the reason.
   * @param listener to be told when media has begun, and of its size; a failure ends the playback
   * @returns the server's answer; null when the playback has ended, here or meanwhile
   */
  open(playback: Playback, publication: Publication, listener: MediaListener): Promise<string | null>;
}

/** A provider that breaks is a stream that failed. */
export async function provide(
  provider: PlaybackProvider,
  playback: Playback,
  publication: Publication,
  listener: MediaListener,
): Promise<string | null> {
  try {
    const answer = await provider.open(playback, publication, listener);
    return playback.ended ? null : answer;
  } catch {
    playback.end(StreamStatus.FAILED, StreamInfo.FAILED_BY_ERROR);
    return null;
  }
}

import type { TrackDescription } from '../media/index.js';
import { agreePlay, isSdpFault, type Offer } from '../sdp/index.js';
import { StreamInfo, StreamStatus } from '../wire/index.js';
import type { MediaEndpoint } from './media-plane.js';
import type { Playback } from './playback.js';
import type { Publication } from './publication.js';
import { isPossible, type NeededTranscode, neededTranscode } from './transcode-wish.js';
import { type DerivedStream, type Transcoding, TranscodingRefused } from './transcoding.js';

/** What a player is given: the publisher's own stream, or one made of it. */
export interface PlaySource {
  readonly endpoint: MediaEndpoint;
  readonly tracks: readonly TrackDescription[];
  /** Null for the publisher's own; to be closed with the player. */
  readonly derived: DerivedStream | null;
}

/** @returns null when the playback has ended, here or meanwhile */
export async function playSource(
  offer: Offer,
  playback: Playback,
  { media, tracks }: Publication,
  transcoding: Transcoding | null,
): Promise<PlaySource | null> {
  if (!media) {
    playback.end(StreamStatus.FAILED, StreamInfo.PUBLISH_STREAM_IS_NOT_READY);
    return null;
  }
  const own = { endpoint: media, tracks, derived: null };
  let needed = neededTranscode(offer, tracks, playback.request);
  if (needed?.video && transcoding)
    needed = neededTranscode(offer, tracks, playback.request, await transcoding.videoCodecs());
  if (!needed) return own;
  if (!isPossible(playback.request)) {
    playback.end(StreamStatus.FAILED, StreamInfo.FAILED_BY_ERROR);
    return null;
  }
  try {
    const derived = await derive(transcoding, own, needed, playback);
    playback.derived = needed.video !== null;
    if (!playback.ended) return { endpoint: derived.endpoint, tracks: derived.tracks, derived };
    derived.close();
  } catch (error) {
    const info = error instanceof TranscodingRefused ? error.info : StreamInfo.FAILED_BY_ERROR;
    // Half of a stream that is not to be had whole is better than none.
    const disabled = info === StreamInfo.TRANSCODING_REQUIRED_BUT_DISABLED;
    if (disabled && !needed.asked && !isSdpFault(agreePlay(offer, tracks))) return own;
    playback.end(StreamStatus.FAILED, info);
  }
  return null;
}

async function derive(
  transcoding: Transcoding | null,
  source: PlaySource,
  needed: NeededTranscode,
  playback: Playback,
): Promise<DerivedStream> {
  if (!transcoding) throw new TranscodingRefused(StreamInfo.TRANSCODING_REQUIRED_BUT_DISABLED);
  const { video, audio } = needed;
  return transcoding.derive(
    source,
    { video, audio },
    {
      onVideoSize: (width, height) => playback.resizeDerived(width, height),
      onFailed: () => playback.end(StreamStatus.FAILED, StreamInfo.FAILED_BY_ERROR),
    },
  );
}

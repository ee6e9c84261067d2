import { type MediaSession, Publication, videoShareOf } from '../../../streams/index.js';
import { isDerived, type LiveMedia, type LiveSession, lossOf } from '../live-media.js';
import type { MediaSource } from '../sources.js';
import type { PathFacts, PlayerFacts, PublisherFacts, StreamFacts } from './facts.js';

/** @returns null where nothing is published under the name */
export function readFacts(live: LiveMedia, media: MediaSource, streamName: string): StreamFacts | null {
  const published = live.find(streamName);
  const publication = published?.mediaSession;
  if (!published || !(publication instanceof Publication)) return null;
  const index = publication.media === null ? null : media.processOf(publication.media);
  return {
    publisher: publisherFacts(published, publication),
    players: live.players(published).map(playerFacts),
    process: media.statistics().find((one) => one.index === index) ?? null,
  };
}

function publisherFacts(live: LiveSession, publication: Publication): PublisherFacts {
  const { tracks, audioCodec, videoCodec, videoMuted, width, height, videoRate, request } = publication;
  const track = tracks.find(({ kind }) => kind === 'video');
  return {
    audio: audioCodec !== '',
    video: videoCodec !== '',
    videoMuted,
    fps: live.latest?.fps ?? 0,
    roundTrip: live.totals.roundTrip,
    videoRate,
    cap: videoShareOf(track?.maxBitrate ?? 0),
    capAsked: request.maxBitrate > 0 || request.bitrate > 0,
    width,
    height,
    path: pathFacts(live, publication),
  };
}

function playerFacts(live: LiveSession): PlayerFacts {
  const { mediaSession, latest, totals } = live;
  return {
    mediaSessionId: mediaSession.id,
    derived: isDerived(live),
    fps: latest?.fps ?? 0,
    roundTrip: totals.roundTrip,
    sent: latest?.outgoing?.bitrate ?? 0,
    estimate: latest?.outgoing?.estimate ?? 0,
    shortFor: live.shortage.duration,
    path: pathFacts(live, mediaSession),
  };
}

function pathFacts({ recent }: LiveSession, mediaSession: MediaSession): PathFacts | null {
  if (!recent) return null;
  const { seconds, growth } = recent;
  return {
    seconds,
    loss: lossOf(mediaSession, growth.packets, growth.lost),
    asked: growth.packets > 0 ? Math.min(1, growth.nack / growth.packets) : 0,
    keyFrameRequests: growth.pli / seconds,
    keyFrames: growth.keyFrames / seconds,
    bitrate: Math.round((growth.bytes * 8) / seconds),
  };
}

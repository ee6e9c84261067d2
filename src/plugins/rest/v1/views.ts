import type { z } from 'zod';
import type { ConnectedClient } from '../../../signaling/index.js';
import type { MediaSession, Publication } from '../../../streams/index.js';
import type { RecordingView } from '../needs.js';
import type * as schemas from './schemas.js';

const iso = (time: number) => new Date(time).toISOString();

export function mediaSessionView(mediaSession: MediaSession): z.output<typeof schemas.MediaSession> {
  const { id, name, published, session, status, request, width, height, lastRate } = mediaSession;
  return {
    id,
    kind: published ? 'publish' : 'play',
    stream: name,
    sessionId: session.id,
    appKey: session.identity.appKey,
    status,
    mediaProvider: request.mediaProvider,
    videoCodec: mediaSession.videoCodec || null,
    audioCodec: mediaSession.audioCodec || null,
    width,
    height,
    createdAt: iso(mediaSession.createDate),
    figures: lastRate && {
      videoBitrate: lastRate.videoRate,
      fps: lastRate.fps,
      nack: lastRate.nack,
      pli: lastRate.pli,
      lostPackets: lastRate.lostPackets,
      roundTrip: lastRate.totals?.roundTrip || null,
      outgoing: lastRate.outgoing ? { ...lastRate.outgoing } : null,
    },
  };
}

export function streamView(
  publication: Publication,
  recorded: ReadonlySet<string>,
): z.output<typeof schemas.Stream> {
  return {
    name: publication.name,
    viewers: publication.players.size,
    recording: recorded.has(publication.id),
    audioMuted: publication.audioMuted,
    videoMuted: publication.videoMuted,
    publisher: mediaSessionView(publication),
  };
}

/** Without `authToken` and `custom`: the first opens the session, the second may hold what opens others. */
export function sessionView(client: ConnectedClient): z.output<typeof schemas.Session> {
  const { session, createDate, clientVersion, clientOSVersion, clientBrowserVersion, keepAlive } = client;
  return {
    id: session.id,
    appKey: session.identity.appKey,
    remoteAddress: session.identity.remoteAddress,
    connectedAt: iso(createDate),
    clientVersion,
    clientOSVersion,
    clientBrowserVersion,
    mediaProviders: [...client.mediaProviders],
    keepAlive,
    mediaSessions: [...session.mediaSessions.keys()],
  };
}

export function recordingView(recording: RecordingView): z.output<typeof schemas.Recording> {
  const { streamName, mediaSessionId, fileName, startedAt } = recording;
  return { stream: streamName, mediaSessionId, fileName, startedAt: iso(startedAt) };
}

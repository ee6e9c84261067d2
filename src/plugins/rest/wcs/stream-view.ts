import { type MediaSession, Playback, Publication } from '../../../streams/index.js';

/** A media session as WCS shows it (WCS spec G.1, "Stream object"). What Sluice does not know is not there. */
export function streamView(mediaSession: MediaSession, recording: boolean): Record<string, unknown> {
  const { id, name, published, session, request, status, info } = mediaSession;
  const { bitrate, minBitrate, maxBitrate, mediaProvider } = request;
  const source = publicationOf(mediaSession);
  return {
    appKey: session.identity.appKey,
    sessionId: session.id,
    mediaSessionId: id,
    name,
    published,
    hasVideo: mediaSession.videoCodec !== '',
    hasAudio: mediaSession.audioCodec !== '',
    status,
    info: info || undefined,
    videoCodec: mediaSession.videoCodec || undefined,
    audioCodec: mediaSession.audioCodec || undefined,
    record: recording,
    width: mediaSession.width,
    height: mediaSession.height,
    bitrate: bitrate || Math.round(mediaSession.videoRate / 1000),
    minBitrate,
    maxBitrate,
    quality: 'quality' in request ? request.quality : 0,
    fps: mediaSession.lastRate?.fps ?? 0,
    history: false,
    transport: request.transport,
    cvoExtension: request.cvoExtension,
    createDate: mediaSession.createDate,
    mediaType: published ? 'publish' : 'play',
    mediaProvider,
    audioState: { muted: source?.audioMuted ?? false },
    videoState: { muted: source?.videoMuted ?? false },
  };
}

/** The figures of its last second (WCS spec G.1, "metrics"): codecs as the publisher's payload types, rates in bit/s. */
export function metricsView(mediaSession: MediaSession): Record<string, number> {
  const { width, height, lastRate } = mediaSession;
  const metrics: Record<string, number> = {};
  for (const { kind, codec } of publicationOf(mediaSession)?.tracks ?? []) {
    metrics[kind === 'video' ? 'VIDEO_CODEC' : 'AUDIO_CODEC'] = codec.payloadType;
  }
  if (mediaSession.videoCodec === '' || !lastRate) return metrics;
  return {
    ...metrics,
    VIDEO_WIDTH: width,
    VIDEO_HEIGHT: height,
    VIDEO_RATE: lastRate.videoRate,
    VIDEO_FPS: lastRate.fps,
    VIDEO_NACK: lastRate.nack,
    VIDEO_PLI: lastRate.pli,
    VIDEO_LOST: lastRate.lostPackets,
  };
}

/** The publication that a media session is, or that it plays. */
export function publicationOf(mediaSession: MediaSession): Publication | null {
  if (mediaSession instanceof Publication) return mediaSession;
  return mediaSession instanceof Playback ? mediaSession.publication : null;
}

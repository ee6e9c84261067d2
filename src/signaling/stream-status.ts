import { type MediaSession, Playback, Publication, type StreamRecording } from '../streams/index.js';
import type { StreamStatusFields } from '../wire/index.js';

/** A media session as the protocol shows it to its owner (WCS spec C.5). */
export function streamStatusFields(mediaSession: MediaSession): StreamStatusFields {
  const { bitrate, minBitrate, maxBitrate, mediaProvider } = mediaSession.request;
  const source = sourceOf(mediaSession);
  const recording = recordingOf(mediaSession);
  return {
    mediaSessionId: mediaSession.id,
    name: mediaSession.name,
    published: mediaSession.published,
    status: mediaSession.status,
    info: mediaSession.info || undefined,
    hasVideo: mediaSession.videoCodec !== '',
    hasAudio: mediaSession.audioCodec !== '',
    audioCodec: mediaSession.audioCodec || undefined,
    videoCodec: mediaSession.videoCodec || undefined,
    record: recording !== null,
    recordName: (mediaSession.ended && recording?.name) || undefined,
    recordTimestamp: recording?.running ? recording.startedAt : null,
    width: mediaSession.width,
    height: mediaSession.height,
    bitrate: bitrate || Math.round(mediaSession.videoRate / 1000),
    minBitrate,
    maxBitrate,
    quality: 'quality' in mediaSession.request ? mediaSession.request.quality : 0,
    createDate: mediaSession.createDate,
    mediaProvider,
    audioMuted: source?.audioMuted ?? false,
    videoMuted: source?.videoMuted ?? false,
  };
}

/** Players are told nothing of it. */
function recordingOf(mediaSession: MediaSession): StreamRecording | null {
  return mediaSession instanceof Publication ? mediaSession.recording : null;
}

/** The publication that a media session is, or that it plays. */
function sourceOf(mediaSession: MediaSession): Publication | null {
  if (mediaSession instanceof Publication) return mediaSession;
  return mediaSession instanceof Playback ? mediaSession.publication : null;
}

import {
  type MediaSession,
  Playback,
  Publication,
  type StreamRecording,
  type StreamService,
} from '../streams/index.js';
import { encode } from '../wire/index.js';

/**
 * Tells clients what happens to their streams: stream event in, message out.
 * @param send gives a message to the client of a media session, if it is still there
 */
export function notifyClients(
  streams: StreamService,
  send: (mediaSession: MediaSession, message: string) => void,
): void {
  streams.on('answer', (mediaSession, sdp) => {
    if (!mediaSession.published && mediaSession.audioCodec !== '') {
      send(mediaSession, encode.notifyAudioCodec(mediaSession.id, mediaSession.audioCodec));
    }
    send(mediaSession, encode.setRemoteSDP(mediaSession.id, sdp, true));
  });

  streams.on('status', (mediaSession) => {
    const tell = () => send(mediaSession, statusEvent(mediaSession));
    const recording = mediaSession.ended ? recordingOf(mediaSession) : null;
    // The last status has the name of the file, and clients fetch it at once.
    if (recording) void recording.finished.then(tell);
    else tell();
  });

  streams.on('videoSize', (mediaSession) => {
    if (mediaSession.published) return;
    send(mediaSession, encode.notifyVideoFormat(mediaSession.id, mediaSession.width, mediaSession.height));
  });

  streams.on('streamEvent', (player, event) => {
    send(player, encode.notifyStreamEvent(player.id, event));
  });

  streams.on('notEnoughBandwidth', (player, { remoteBitrate, bandwidth }) => {
    const info = `${remoteBitrate}/${bandwidth}`;
    send(player, encode.notifyStreamEvent(player.id, { type: 'notEnoughBandwidth', payload: { info } }));
  });

  streams.on('rate', (mediaSession, rate) => {
    // Only WebRTC clients can read these: the others' SDK throws (WCS spec 0.1 item 7).
    if (mediaSession.request.mediaProvider !== 'WebRTC' || mediaSession.videoCodec === '') return;
    const rateMessage = mediaSession.published ? encode.inboundVideoRate : encode.outboundVideoRate;
    const { id: mediaSessionId, width, height } = mediaSession;
    send(mediaSession, rateMessage({ mediaSessionId, ...rate, width, height }));
  });
}

/** A media session as the protocol shows it to its owner (WCS spec C.5). */
function statusEvent(mediaSession: MediaSession): string {
  const { bitrate, minBitrate, maxBitrate, mediaProvider } = mediaSession.request;
  const source = sourceOf(mediaSession);
  const recording = recordingOf(mediaSession);
  return encode.notifyStreamStatusEvent({
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
  });
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

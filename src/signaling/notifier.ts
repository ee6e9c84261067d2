import { type MediaSession, Publication, type StreamService } from '../streams/index.js';
import { encode } from '../wire/index.js';
import { streamStatusFields } from './stream-status.js';

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
    const { hiddenFields } = mediaSession.session;
    const tell = () =>
      send(mediaSession, encode.notifyStreamStatusEvent(streamStatusFields(mediaSession), hiddenFields));
    const recording =
      mediaSession.ended && mediaSession instanceof Publication ? mediaSession.recording : null;
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

// A viewer's signalling with Sluice.
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import WebSocket from 'ws';
import { payloadType } from '../video-source.mjs';
import { receiverSdp, remoteOf } from './sdp.mjs';

const timeout = 20_000;
const wish = {
  status: 'PENDING',
  record: false,
  mediaProvider: 'WebRTC',
  bitrate: 0,
  minBitrate: 0,
  maxBitrate: 0,
};

/**
 * Asks to play a stream.
 *
 * @param {{ url: string }} client
 * @param {string} name of the stream
 * @param {import('./sdp.mjs').Local} local
 * @returns {Promise<{ remote: import('./sdp.mjs').Remote, playing: Promise<void> }>} where to connect media, and when
 *   the server says that it flows
 */
export async function play({ url }, name, local) {
  const socket = new WebSocket(url);
  await once(socket, 'open', { signal: AbortSignal.timeout(timeout) });
  const send = (message, payload) => socket.send(JSON.stringify({ message, data: [payload] }));
  const failed = (/** @type {(error: Error) => void} */ reject) => {
    socket.on('error', reject);
    socket.on('close', (code) => reject(new Error(`the server closed the socket with ${code}`)));
  };
  const playing = new Promise((resolve, reject) => {
    failed(reject);
    socket.on('message', (text) => {
      const { message, data } = JSON.parse(text.toString());
      if (message === 'ping') send('pong', null);
      if (message !== 'notifyStreamStatusEvent') return;
      if (data[0].status === 'PLAYING') resolve(undefined);
      if (data[0].status === 'FAILED') reject(new Error(`playStream: FAILED: ${data[0].info}`));
    });
  });
  playing.catch(() => {});
  const answer = new Promise((resolve, reject) => {
    failed(reject);
    playing.catch(reject);
    socket.on('message', (text) => {
      const { message, data } = JSON.parse(text.toString());
      if (message === 'setRemoteSDP') resolve(data[1]);
    });
  });
  send('connection', { appKey: 'defaultApp', mediaProviders: ['WebRTC'], clientVersion: '2.0' });
  const sdp = receiverSdp(local, 'actpass', payloadType);
  const session = { mediaSessionId: randomUUID(), name, published: false, hasAudio: false, hasVideo: true };
  send('playStream', { ...session, ...wish, sdp });
  return { remote: remoteOf(await answer), playing };
}

// Signalling with rivals/mediasoup-host.mjs.
import { once } from 'node:events';
import WebSocket from 'ws';
import { payloadType } from '../video-source.mjs';

const timeout = 20_000;

/** @returns {Promise<import('./sdp.mjs').Remote>} */
async function ask(url, question) {
  const signal = AbortSignal.timeout(timeout);
  const socket = new WebSocket(url);
  await once(socket, 'open', { signal });
  socket.send(JSON.stringify(question));
  const [text] = await once(socket, 'message', { signal });
  socket.close();
  const { result, error } = JSON.parse(text.toString());
  if (error) throw new Error(`mediasoup refuses ${question.method}: ${error}`);
  return result;
}

/**
 * @param {{ url: string }} client
 * @param {string} name of the stream
 * @param {string} offer
 * @param {number} ssrc
 */
export async function publish({ url }, name, offer, ssrc) {
  const fingerprint = /^a=fingerprint:sha-256 (\S+)/im.exec(offer)?.[1];
  const mid = /^a=mid:(\S+)/m.exec(offer)?.[1];
  const remote = await ask(url, { method: 'publish', name, fingerprint, ssrc, payloadType });
  return { answer: answerOf(remote, mid), published: Promise.resolve() };
}

/** As wcs.mjs. */
export async function play({ url }, name, { fingerprint }) {
  const remote = await ask(url, { method: 'play', name, fingerprint });
  return { remote, playing: Promise.resolve() };
}

function answerOf({ port, ufrag, password, fingerprint }, mid) {
  const lines = [
    'v=0',
    'o=- 1 1 IN IP4 127.0.0.1',
    's=-',
    't=0 0',
    'a=ice-lite',
    `a=group:BUNDLE ${mid}`,
    `m=video ${port} UDP/TLS/RTP/SAVPF ${payloadType}`,
    'c=IN IP4 127.0.0.1',
    `a=mid:${mid}`,
    'a=recvonly',
    'a=rtcp-mux',
    `a=rtpmap:${payloadType} H264/90000`,
    `a=rtcp-fb:${payloadType} nack`,
    `a=rtcp-fb:${payloadType} nack pli`,
    `a=fmtp:${payloadType} profile-level-id=42e01f;packetization-mode=1;level-asymmetry-allowed=1`,
    `a=ice-ufrag:${ufrag}`,
    `a=ice-pwd:${password}`,
    `a=fingerprint:sha-256 ${fingerprint}`,
    'a=setup:passive',
    `a=candidate:1 1 udp 2015363327 127.0.0.1 ${port} typ host`,
    'a=end-of-candidates',
    '',
  ];
  return lines.join('\r\n');
}

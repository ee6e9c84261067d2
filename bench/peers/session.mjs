// One client: a WebSocket session with one media session in it, libdatachannel as its WebRTC.
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import WebSocket from 'ws';
import { makeOffer, videoConnection } from './connection.mjs';
import { guarded } from './rpc.mjs';

const timeout = 20_000;
const wish = {
  status: 'PENDING',
  record: false,
  mediaProvider: 'WebRTC',
  bitrate: 0,
  minBitrate: 0,
  maxBitrate: 0,
};

export class Session {
  #socket;
  #connection;
  #track;
  #mediaSessionId = randomUUID();
  #sdp = '';
  #mediaPort;

  /**
   * @param {'SendOnly' | 'RecvOnly'} direction
   * @param {number} ssrc of what it sends
   * @param {number} [mediaPort] to use instead of the server's own: of something that stands in between
   */
  constructor(direction, ssrc, mediaPort) {
    this.#mediaPort = mediaPort;
    const { connection, track } = videoConnection(direction, ssrc);
    this.#connection = connection;
    this.#track = track;
  }

  get track() {
    return this.#track;
  }

  get connection() {
    return this.#connection;
  }

  /**
   * Connects, publishes or plays the stream, and waits until the server says that media flows.
   *
   * @param {string} url of the server's WebSocket
   * @param {'publishStream' | 'playStream'} request
   * @param {string} name of the stream
   */
  async start(url, request, name) {
    await this.connect(url);
    await this.request(request, name);
  }

  /**
   * Connects the WebSocket session and makes the offer.
   *
   * @param {string} url
   */
  async connect(url) {
    const socket = new WebSocket(url);
    this.#socket = socket;
    await once(socket, 'open', { signal: AbortSignal.timeout(timeout) });
    this.#send('connection', { appKey: 'defaultApp', mediaProviders: ['WebRTC'], clientVersion: '2.0' });
    this.#sdp = await makeOffer(this.#connection);
    // A server pings those who wait.
    socket.on(
      'message',
      guarded((text) => JSON.parse(text.toString()).message === 'ping' && this.#send('pong', null)),
    );
  }

  /**
   * Publishes or plays, once connected, and waits until the server says that media flows.
   *
   * @param {'publishStream' | 'playStream'} request
   * @param {string} name of the stream
   */
  async request(request, name) {
    const socket = this.#socket;
    const wanted = request === 'publishStream' ? 'PUBLISHING' : 'PLAYING';
    const flowing = new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`${request}: not ${wanted} in time`)), timeout);
      const settle = (error) => {
        clearTimeout(timer);
        if (error) reject(error);
        else resolve(undefined);
      };
      socket.on('error', settle);
      socket.on('close', (code) =>
        settle(new Error(`${request}: the server closed the socket with ${code}`)),
      );
      socket.on(
        'message',
        guarded((text) => this.#receive(text, wanted, settle)),
      );
    });
    const published = request === 'publishStream';
    const mediaSessionId = this.#mediaSessionId;
    this.#send(request, {
      mediaSessionId,
      name,
      published,
      hasAudio: false,
      hasVideo: true,
      ...wish,
      sdp: this.#sdp,
    });
    await flowing;
  }

  #receive(text, wanted, settle) {
    const { message, data } = JSON.parse(text.toString());
    if (message === 'setRemoteSDP')
      this.#connection.setRemoteDescription(redirected(data[1], this.#mediaPort), 'answer');
    if (message !== 'notifyStreamStatusEvent') return;
    const { status, info } = data[0];
    if (status === wanted) settle();
    else if (status === 'FAILED') settle(new Error(`FAILED: ${info}`));
  }

  #send(message, payload) {
    this.#socket.send(JSON.stringify({ message, data: [payload] }));
  }
}

/** An answer whose UDP candidates have another port (RFC 8839 section 5.1). */
function redirected(sdp, port) {
  if (port === undefined) return sdp;
  return sdp.replace(/^(a=candidate:\S+ \d+ udp \d+ \S+) \d+ /gim, `$1 ${port} `);
}

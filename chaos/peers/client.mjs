// One client: a WebSocket session with the media sessions that it has.
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import WebSocket from 'ws';
import { guarded } from '../../bench/peers/rpc.mjs';
import { MediaSession, now } from './media-session.mjs';

const timeout = 10_000;
const wish = { status: 'PENDING', mediaProvider: 'WebRTC', bitrate: 0, minBitrate: 0, maxBitrate: 0 };

export class Client {
  #socket;
  /** @type {Map<string, MediaSession>} */
  #sessions = new Map();
  #tell;

  /** @param {(event: object) => void} tell of what comes from the server */
  constructor(tell) {
    this.#tell = tell;
  }

  /** @returns {Promise<void>} resolves when it has a session */
  async connect(url, appKey = 'defaultApp') {
    const socket = new WebSocket(url);
    this.#socket = socket;
    socket.on('close', (code) => this.#tell({ closed: code, at: now() }));
    await once(socket, 'open', { signal: AbortSignal.timeout(timeout) });
    socket.on('error', () => {});
    const established = new Promise((resolve, reject) => {
      socket.once('close', (code) => reject(new Error(`the server closed the socket with ${code}`)));
      setTimeout(() => reject(new Error('no session in time')), timeout).unref();
      socket.on(
        'message',
        guarded((text) => this.#receive(JSON.parse(text.toString()), resolve)),
      );
    });
    this.#send('connection', { appKey, mediaProviders: ['WebRTC'], clientVersion: '2.0' });
    await established;
  }

  /**
   * Asks to publish, or to play where there is no clip.
   * @returns {Promise<string>} id of the media session, once it has been asked for
   */
  async start(name, { clip = null, record = false, width = 0, height = 0, ways = undefined }) {
    const session = new MediaSession(clip, ways, () =>
      this.#tell({ id: session.id, media: true, at: now() }),
    );
    this.#sessions.set(session.id, session);
    const published = clip !== null;
    const sdp = await session.offer();
    const what = { mediaSessionId: session.id, name, published, hasVideo: true, hasAudio: false };
    this.#send(published ? 'publishStream' : 'playStream', { ...what, ...wish, record, width, height, sdp });
    return session.id;
  }

  stop(id, name) {
    const published = this.#sessions.get(id)?.published ?? false;
    const what = { mediaSessionId: id, name, published, hasVideo: true, hasAudio: false, status: 'PENDING' };
    this.#send(published ? 'unPublishStream' : 'stopStream', { ...what, record: false });
    this.#drop(id);
  }

  mute(id, muted) {
    this.#send('sendStreamEvent', { mediaSessionId: id, type: muted ? 'audioMuted' : 'audioUnmuted' });
  }

  /** Asks for a picture of a stream. */
  snapshot(name) {
    this.#send('snapshot', { mediaSessionId: randomUUID(), name });
  }

  /** @returns {number} packets that have come */
  packets(id) {
    return this.#sessions.get(id)?.packets ?? 0;
  }

  /** Closes its socket, and its media without a word before. */
  close() {
    for (const id of [...this.#sessions.keys()]) this.#drop(id);
    this.#socket?.close();
  }

  #drop(id) {
    this.#sessions.get(id)?.close();
    this.#sessions.delete(id);
  }

  #receive({ message, data }, established) {
    const [first, second] = data;
    if (message === 'ping') this.#send('pong', null);
    else if (message === 'getUserData') established();
    else if (message === 'setRemoteSDP') {
      this.#sessions.get(first)?.accept(second);
      const port = Number(/^a=candidate:\S+ \d+ udp \d+ \S+ (\d+) /im.exec(second)?.[1] ?? 0);
      this.#tell({ id: first, answered: true, port, at: now() });
    } else if (message === 'notifyStreamStatusEvent') {
      const { mediaSessionId: id, status, info, recordName } = first;
      this.#tell({ id, status, info, recordName, at: now() });
      if (status === 'FAILED') this.#drop(id);
    } else if (message === 'notifyStreamEvent' && first.type.startsWith('snapshot')) {
      this.#tell({ snapshot: first.type, info: first.payload?.info, at: now() });
    }
  }

  #send(message, payload) {
    if (this.#socket.readyState === WebSocket.OPEN)
      this.#socket.send(JSON.stringify({ message, data: [payload] }));
  }
}

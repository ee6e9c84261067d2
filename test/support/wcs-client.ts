import { once } from 'node:events';
import WebSocket from 'ws';
import { EventLog } from './event-log.js';

/** A message of the server: `first` is the first of its arguments. */
export interface ServerMessage {
  readonly message: string;
  readonly data: readonly unknown[];
  readonly first: Readonly<Record<string, unknown>>;
}

/** How the server closed the socket. */
export interface Closing {
  readonly code: number;
  readonly reason: string;
}

/** A client that speaks the WebSocket API without any SDK: it can say what no SDK would. */
export class WcsClient {
  readonly messages = new EventLog<ServerMessage>();
  readonly closed: Promise<Closing>;
  #answersPings = true;

  private constructor(readonly socket: WebSocket) {
    this.closed = new Promise((resolve) => {
      socket.on('close', (code, reason) => {
        this.messages.end(new Error(`the server closed the socket with ${code}`));
        resolve({ code, reason: reason.toString() });
      });
    });
    socket.on('error', () => {});
    socket.on('message', (text, isBinary) => {
      if (isBinary) {
        this.messages.push({ message: 'binary', data: [(text as Buffer).toString('hex')], first: {} });
        return;
      }
      const { message, data } = JSON.parse(text.toString()) as Omit<ServerMessage, 'first'>;
      if (!Array.isArray(data)) throw new Error(`data is no array: ${text}`);
      this.messages.push({ message, data, first: (data[0] ?? {}) as ServerMessage['first'] });
      if (message === 'ping' && this.#answersPings) this.send('pong', null);
    });
  }

  /** Opens a socket without saying anything yet. */
  static async open(url: string): Promise<WcsClient> {
    const client = new WcsClient(new WebSocket(url));
    await once(client.socket, 'open');
    return client;
  }

  /** Opens a socket and a session. */
  static async connect(url: string): Promise<WcsClient> {
    const client = await WcsClient.open(url);
    client.send('connection', { appKey: 'defaultApp', mediaProviders: ['WebRTC'], clientVersion: '2.0' });
    await client.message('getUserData');
    return client;
  }

  send(message: string, payload: unknown): void {
    this.sendText(JSON.stringify({ message, data: [payload] }));
  }

  sendText(text: string): void {
    this.socket.send(text);
  }

  /** From now on the server's pings stay without an answer. */
  ignorePings(): void {
    this.#answersPings = false;
  }

  /** The first message with this name, past or future; `from`: index of the first message to look at. */
  message(name: string, ms = 5000, from = 0): Promise<ServerMessage> {
    return this.messages.waitFor(name, ({ message }) => message === name, ms, from);
  }

  /** The first of the server's messages that carries one of these statuses for a media session. */
  status(mediaSessionId: string, statuses: readonly string[], ms = 10_000): Promise<ServerMessage> {
    const matches = ({ message, first }: ServerMessage) =>
      message === 'notifyStreamStatusEvent' &&
      first.mediaSessionId === mediaSessionId &&
      statuses.includes(String(first.status));
    return this.messages.waitFor(`${mediaSessionId} ${statuses.join('|')}`, matches, ms);
  }

  /** Asks something that the server must answer, and waits for this very answer: proof that the session is served. */
  async isServed(ms = 5000): Promise<boolean> {
    const mediaSessionId = `probe-${Math.random()}`;
    this.send('availableStream', { mediaSessionId, name: 'nobody-publishes-this' });
    const isAnswer = ({ message, first }: ServerMessage) =>
      message === 'availableStream' && first.id === mediaSessionId;
    const answer = await this.messages.waitFor('answer to availableStream', isAnswer, ms);
    return answer.first.status === 'false';
  }

  close(): Promise<Closing> {
    this.socket.terminate();
    return this.closed;
  }
}

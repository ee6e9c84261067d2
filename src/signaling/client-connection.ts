import type { WebSocket } from 'ws';
import { type Logger, randomText } from '../kit/index.js';
import { Session, type StreamService } from '../streams/index.js';
import { type Connection, decode, encode } from '../wire/index.js';
import type { Dispatcher } from './dispatcher.js';
import type { Client } from './extension.js';

/** Close codes of RFC 6455 section 7.4.1 as they are used here. */
export const CloseCode = {
  goingAway: 1001,
  invalidPayload: 1007,
  policyViolation: 1008,
  tryAgainLater: 1013,
} as const;

export interface ConnectionOptions {
  /** ms between two pings. */
  readonly pingInterval: number;
  /** Pings that may go unanswered in a row. */
  readonly pingProbes: number;
  /** ms a client has to send `connection`. */
  readonly connectionTimeout: number;
  readonly version: string;
}

export interface ConnectionListener {
  /** The session is there, before anything is said to the client. */
  onEstablished(connection: ClientConnection): void;
  /** The socket has closed; its session's streams have ended. */
  onEnd(connection: ClientConnection): void;
}

/** Unsent bytes at which a client that does not read is given up. */
const maxUnsent = 4 * 1024 * 1024;

/** One client's WebSocket: from the upgrade over the `connection` message to its session, kept alive by pings. */
export class ClientConnection {
  session: Session | null = null;
  private client: Client | null = null;
  private unanswered = 0;
  private timer: NodeJS.Timeout;

  constructor(
    private readonly socket: WebSocket,
    private readonly remoteAddress: string,
    private readonly streams: StreamService,
    private readonly dispatcher: Dispatcher,
    private readonly options: ConnectionOptions,
    private readonly log: Logger,
    private readonly listener: ConnectionListener,
  ) {
    this.timer = setTimeout(
      () => this.close(CloseCode.policyViolation, 'no connection message came'),
      options.connectionTimeout,
    );
    socket.on('message', (data, isBinary) => {
      // The SDK's main socket never sends binary frames; old ones tunnelled media in them (WCS spec A.3).
      if (!isBinary) this.receive(data.toString());
    });
    socket.on('error', (error) => this.log.debug({ error: error.message }, 'WebSocket error'));
    socket.on('close', (code) => this.ended(code));
  }

  send(message: string): void {
    if (this.socket.readyState !== this.socket.OPEN) return;
    if (this.socket.bufferedAmount > maxUnsent) {
      this.log.warn({ session: this.session?.id }, 'client does not read its messages');
      this.socket.terminate();
      return;
    }
    if (this.client) this.dispatcher.traffic(this.client, 'out', message);
    this.socket.send(message);
  }

  /** Orderly, with a code and a reason the client may read. */
  close(code: number, reason: string): void {
    this.socket.close(code, reason);
  }

  /** At once, without a closing handshake. */
  terminate(): void {
    this.socket.terminate();
  }

  private receive(text: string): void {
    // Once it has been closed, what is still on its way does not count.
    if (this.socket.readyState !== this.socket.OPEN) return;
    const message = decode(text);
    if (message.name === 'malformed') {
      this.close(CloseCode.invalidPayload, message.reason.slice(0, 120));
      return;
    }
    this.unanswered = 0;
    if (message.name === 'connection') {
      if (!this.session) this.establish(message.data);
      return;
    }
    if (!this.client) {
      this.close(CloseCode.policyViolation, 'connection must come first');
      return;
    }
    this.dispatcher.traffic(this.client, 'in', text);
    this.dispatcher.dispatch(message, this.client);
  }

  private establish(request: Connection): void {
    clearTimeout(this.timer);
    const { appKey, custom } = request;
    const { remoteAddress } = this;
    this.session = new Session(randomText(9), randomText(24), { appKey, custom, remoteAddress });
    this.log.info({ session: this.session.id, remoteAddress, appKey }, 'session established');
    this.client = { session: this.session, send: (message) => this.send(message) };
    this.listener.onEstablished(this);
    const more = this.dispatcher.welcome(this.client, request);
    this.send(encode.getUserData({ authToken: this.session.authToken, connection: request, more }));
    this.send(encode.getVersion(this.options.version));
    this.timer = setInterval(() => this.probe(), this.options.pingInterval);
  }

  private probe(): void {
    if (this.unanswered >= this.options.pingProbes) {
      this.log.info({ session: this.session?.id }, 'client no longer answers pings');
      this.terminate();
      return;
    }
    this.unanswered += 1;
    this.send(encode.ping());
  }

  private ended(code: number): void {
    clearTimeout(this.timer);
    if (this.session) {
      this.log.info({ session: this.session.id, code }, 'session ended');
      this.streams.closeSession(this.session);
    }
    if (this.client) this.dispatcher.end(this.client);
    this.listener.onEnd(this);
  }
}

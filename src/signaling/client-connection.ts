import type { WebSocket } from 'ws';
import { type Logger, RateLimit } from '../kit/index.js';
import type { Session, StreamService } from '../streams/index.js';
import { type ClientMessage, type Connection, decode, encode } from '../wire/index.js';
import { refuseRegistration } from './call-handlers.js';
import { CloseCode } from './close-code.js';
import type { ConnectedClient } from './connected-client.js';
import type { Dispatcher } from './dispatcher.js';
import type { Admittance, Client } from './extension.js';
import { Heartbeat, type HeartbeatOptions } from './heartbeat.js';
import type { MediaConnection } from './media-connection.js';
import type { Resumable } from './retained-sessions.js';
import { WaitingFrames } from './waiting-frames.js';

export interface ConnectionOptions extends HeartbeatOptions {
  /** ms a client has to send `connection`. */
  readonly connectionTimeout: number;
  /** Messages a second. */
  readonly maxMessageRate: number;
  /** Sockets for media of one client. */
  readonly maxMediaSockets: number;
  /** Close code for a client that may not connect. */
  readonly refusedCloseCode: number;
  readonly version: string;
}

export interface ConnectionListener {
  /** `connection` has come: whose session it is. */
  onConnection(request: Connection): Resumable;
  /** A client that came back for its session has left before it was let in. */
  onAbandoned(resumable: Resumable): void;
  /** The session is there, before anything is said to the client. */
  onEstablished(connection: ClientConnection, resumable: Resumable): void;
  /** `connectMediaTransport` has come in place of `connection`: takes the socket over, or closes it. */
  onMediaTransport(connection: ClientConnection, authToken: string): void;
  /** It is over, and so are the session's streams; called once. */
  onEnd(connection: ClientConnection, resumable: Resumable | null): void;
}

/** Those who are asked bound their time themselves; one that does not leaves nobody waiting for ever, ms. */
const longestAdmission = 130_000;
/** Unsent bytes at which a client that does not read is given up. */
const maxUnsent = 4 * 1024 * 1024;
/** Messages that come in any number; whoever takes them drops what is too much (WCS spec B.10, B.11). */
const uncounted = new Set<string>(['pushLogs', 'webRTCMetricsBatch']);
/** What is counted together, so that a burst of a page that starts is none too many, ms. */
const ratePeriod = 2000;
/** What is longer counts for as many as it has of these, since reading it takes as long, bytes. */
const messageUnit = 8192;
/** How far beyond the limit even those must not go. */
const floodFactor = 10;

/** One client's WebSocket: from the upgrade over the `connection` message to its session, kept alive by pings. */
export class ClientConnection {
  private resumable: Resumable | null = null;
  private client: Client | null = null;
  /** What came while others are asked whether the client may connect. */
  private waiting: WaitingFrames | null = null;
  private readonly mediaSockets = new Set<MediaConnection>();
  private readonly heartbeat: Heartbeat;
  /** A close has been asked for: what still comes is not read. */
  private closing = false;
  private over = false;
  private timer: NodeJS.Timeout;
  private establishedAt = 0;
  private readonly rate: RateLimit;
  private readonly flood: RateLimit;

  constructor(
    private readonly socket: WebSocket,
    private readonly remoteAddress: string,
    private readonly streams: StreamService,
    private readonly dispatcher: Dispatcher,
    private readonly options: ConnectionOptions,
    private readonly log: Logger,
    private readonly listener: ConnectionListener,
  ) {
    const atOnce = (ratePeriod / 1000) * options.maxMessageRate;
    this.rate = new RateLimit(atOnce, ratePeriod);
    this.flood = new RateLimit(atOnce * floodFactor, ratePeriod);
    this.heartbeat = new Heartbeat(
      options,
      () => this.send(encode.ping()),
      () => this.giveUp(),
    );
    this.timer = setTimeout(
      () => this.close(CloseCode.policyViolation, 'no connection message came'),
      options.connectionTimeout,
    );
    socket.on('message', (data, isBinary) => {
      const cost = 1 + Math.floor((data as Buffer).length / messageUnit);
      if (this.closing || this.isFlooding(cost)) return;
      // The SDK's main socket never sends binary frames; old ones tunnelled media in them (WCS spec A.3).
      if (!isBinary) this.receive(data.toString(), cost);
    });
    socket.on('error', (error) => this.log.debug({ error: error.message }, 'WebSocket error'));
    socket.on('close', (code) => this.end(code));
  }

  get session(): Session | null {
    return this.resumable?.session ?? null;
  }

  /** Null before its session is there. */
  get connected(): ConnectedClient | null {
    if (!this.resumable) return null;
    const { session, request } = this.resumable;
    const { clientVersion, clientOSVersion, clientBrowserVersion, mediaProviders } = request;
    const { establishedAt: createDate } = this;
    const software = { clientVersion, clientOSVersion, clientBrowserVersion };
    return { session, createDate, ...software, mediaProviders, keepAlive: request.keepAlive ?? false };
  }

  send(message: string): void {
    if (this.over || this.socket.readyState !== this.socket.OPEN) return;
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
    this.closing = true;
    this.socket.close(code, reason);
  }

  /** At once, without a closing handshake. */
  terminate(): void {
    this.socket.terminate();
  }

  /** Gives its socket away: it turned out to be one for media. */
  release(): WebSocket {
    this.over = true;
    clearTimeout(this.timer);
    this.socket.removeAllListeners();
    return this.socket;
  }

  /** Takes a socket for the client's media, which closes with it. @returns whether it is wanted */
  adopt(socket: MediaConnection): boolean {
    if (!this.client || this.over || this.mediaSockets.size >= this.options.maxMediaSockets) return false;
    this.mediaSockets.add(socket);
    socket.onClosed(() => this.mediaSockets.delete(socket));
    return this.dispatcher.mediaSocket(this.client, socket);
  }

  /** Somebody has decided so: it is not awaited back. */
  dismiss(reason: string): void {
    if (this.resumable) {
      this.resumable = { ...this.resumable, request: { ...this.resumable.request, keepAlive: false } };
    }
    this.end(CloseCode.normal);
    this.close(CloseCode.normal, reason);
  }

  /** The client has come back on another socket: this one's streams end now, and its session is free. */
  supersede(): void {
    this.end(CloseCode.normal);
    this.close(CloseCode.normal, 'the session goes on elsewhere');
  }

  /** What no client does: it is closed before anything is read. */
  private isFlooding(cost: number): boolean {
    if (this.flood.allow(performance.now(), cost)) return false;
    this.close(CloseCode.policyViolation, 'too many messages');
    return true;
  }

  private receive(text: string, cost: number): void {
    const message = decode(text);
    if (message.name === 'malformed') {
      this.close(CloseCode.invalidPayload, message.reason.slice(0, 120));
      return;
    }
    if (!uncounted.has(message.name) && !this.rate.allow(performance.now(), cost)) {
      this.close(CloseCode.policyViolation, 'too many messages');
      return;
    }
    this.heartbeat.alive();
    if (this.waiting) this.wait(message, text);
    else if (message.name === 'connection') {
      if (!this.client) this.establish(message.data);
    } else if (message.name === 'connectMediaTransport' && !this.client) {
      this.listener.onMediaTransport(this, message.data.authToken);
    } else this.pass(message, text);
  }

  private wait(message: ClientMessage, text: string): void {
    if (this.waiting?.add({ message, text })) return;
    this.close(CloseCode.policyViolation, 'too many messages before the session is established');
  }

  private pass(message: ClientMessage, text: string): void {
    if (!this.client) {
      this.close(CloseCode.policyViolation, 'connection must come first');
      return;
    }
    this.dispatcher.traffic(this.client, 'in', text);
    this.dispatcher.dispatch(message, this.client);
  }

  private establish(asked: Connection): void {
    clearTimeout(this.timer);
    const resumable = this.listener.onConnection(asked);
    const answer = this.dispatcher.admit(resumable.session, resumable.request);
    if (answer) void this.await(answer, resumable, asked);
    else this.begin(resumable, { refused: null });
  }

  /** Nothing is said to the client, and nothing of it is handled, until it is known that it may connect. Never rejects. */
  private async await(answer: Promise<Admittance>, resumable: Resumable, asked: Connection): Promise<void> {
    const { session } = resumable;
    this.waiting = new WaitingFrames();
    this.timer = setTimeout(
      () => this.close(CloseCode.tryAgainLater, 'the admission took too long'),
      longestAdmission,
    );
    const admittance = await answer;
    if (this.over || this.closing) {
      const { authToken } = session;
      if (admittance.refused === null && asked.authToken === authToken) this.listener.onAbandoned(resumable);
      return;
    }
    clearTimeout(this.timer);
    const frames = this.waiting?.take() ?? [];
    this.waiting = null;
    if (admittance.refused !== null) return this.refuse(session, admittance.refused);
    this.begin(resumable, admittance);
    for (const { message, text } of frames) {
      if (!this.closing && message.name !== 'connection') this.pass(message, text);
    }
  }

  /** There is no other way to tell (WCS spec A.7, C.9). */
  private refuse(session: Session, info: string): void {
    const { remoteAddress } = this;
    const { appKey } = session.identity;
    this.log.info({ session: session.id, remoteAddress, appKey, info }, 'session refused');
    this.send(encode.fail({ apiMethod: 'ConnectionStatusEvent', status: 'FAILED', info }));
    this.close(this.options.refusedCloseCode, closeReason(info));
  }

  private begin(resumable: Resumable, admittance: Admittance): void {
    const { session, request } = resumable;
    this.resumable = resumable;
    this.client = { session, send: (message) => this.send(message) };
    this.establishedAt = Date.now();
    const { remoteAddress } = this;
    this.log.info(
      { session: session.id, remoteAddress, appKey: session.identity.appKey },
      'session established',
    );
    this.listener.onEstablished(this, resumable);
    this.welcome(this.client, request, admittance.login);
    this.dispatcher.established(this.client);
    this.heartbeat.start();
  }

  private welcome(client: Client, connection: Connection, login: string | undefined): void {
    const { authToken } = client.session;
    const more = this.dispatcher.welcome(client, connection);
    const keepAlive = connection.keepAlive ?? false;
    const own = login === undefined ? {} : { login };
    this.send(encode.getUserData({ authToken, connection, keepAlive, ...own, more }));
    this.send(encode.getVersion(this.options.version));
    if (connection.sipRegisterRequired) refuseRegistration(client);
  }

  private giveUp(): void {
    this.log.info({ session: this.session?.id }, 'client no longer answers pings');
    this.terminate();
  }

  private end(code: number): void {
    if (this.over) return;
    this.over = true;
    clearTimeout(this.timer);
    this.heartbeat.stop();
    if (this.session) {
      this.log.info({ session: this.session.id, code }, 'session ended');
      this.streams.closeSession(this.session);
    }
    for (const socket of this.mediaSockets) socket.close('the session has ended');
    if (this.client) this.dispatcher.end(this.client);
    this.listener.onEnd(this, this.resumable);
  }
}

/** A reason for a closing has at most 123 bytes (RFC 6455 section 5.5). */
function closeReason(info: string): string {
  return Buffer.byteLength(info) <= 123 ? info : 'refused';
}

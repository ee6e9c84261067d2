import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { ServerOptions as SecureServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import { type ServerOptions, type WebSocket, WebSocketServer } from 'ws';
import { type Logger, limitConnections } from '../kit/index.js';
import type { MediaSession, StreamService } from '../streams/index.js';
import { encode } from '../wire/index.js';
import { Admission, type AdmissionLimits, type Admitted } from './admission.js';
import { callHandlers } from './call-handlers.js';
import { ClientConnection, type ConnectionOptions } from './client-connection.js';
import { CloseCode } from './close-code.js';
import type { ConnectedClient } from './connected-client.js';
import { Dispatcher } from './dispatcher.js';
import type { SignalingExtension } from './extension.js';
import { streamHandlers } from './handlers.js';
import { originOf } from './identity.js';
import { MediaConnection } from './media-connection.js';
import { notifyClients } from './notifier.js';
import { SessionDirectory } from './session-directory.js';

export interface SignalingOptions extends ConnectionOptions, AdmissionLimits {
  readonly host: string;
  readonly port: number;
  /** Longest message taken from a client, bytes. */
  readonly maxMessageSize: number;
  /** Characters of JSON. */
  readonly maxStreamEventSize: number;
  /** ms a client that asked for `keepAlive` may come back. */
  readonly keepAliveTimeout: number;
  readonly maxKeptSessions: number;
}

/** Makes the server of one more port: `http.createServer`, or one that speaks TLS. */
export type CreateServer = (options: SecureServerOptions, listener: RequestListener) => Server;

/** How long clients get to answer the closing handshake before they are cut off, ms. */
const closeGrace = 1000;

/** The WebSocket server: any path, no sub-protocol, one `ClientConnection` a socket (WCS spec A.1). */
export class SignalingServer {
  private readonly servers: Server[] = [];
  private readonly sockets: WebSocketServer;
  private readonly dispatcher: Dispatcher;
  private readonly connections = new Set<ClientConnection>();
  private readonly mediaSockets = new Set<MediaConnection>();
  private readonly sessions: SessionDirectory;
  private readonly admission: Admission;
  private refusedSockets = 0;
  private refusing = false;

  constructor(
    private readonly streams: StreamService,
    private readonly options: SignalingOptions,
    private readonly log: Logger,
    extensions: readonly SignalingExtension[] = [],
  ) {
    const core = [
      { handlers: streamHandlers(streams, options.maxStreamEventSize) },
      { handlers: callHandlers },
    ];
    this.dispatcher = new Dispatcher([...core, ...extensions], log);
    this.sessions = new SessionDirectory(options.keepAliveTimeout, options.maxKeptSessions);
    this.admission = new Admission(options);
    // The published types do not know `closeTimeout` yet.
    const socketOptions: ServerOptions & { closeTimeout: number } = {
      noServer: true,
      maxPayload: options.maxMessageSize,
      perMessageDeflate: false,
      clientTracking: false,
      closeTimeout: closeGrace,
    };
    this.sockets = new WebSocketServer(socketOptions);
    notifyClients(streams, (mediaSession, message) => this.sendTo(mediaSession, message));
  }

  /** WebSockets turned away since the start because there were too many. */
  get refused(): number {
    return this.refusedSockets;
  }

  /**
   * Starts listening, or listens on one more port.
   * @throws (rejects) the system's error, such as EADDRINUSE
   */
  async open(port = this.options.port, create: CreateServer = createServer): Promise<AddressInfo> {
    const server = createHttpServer(this.options, create);
    // Until they are WebSockets, which are counted where they are let in.
    const strangers = limitConnections(server, this.options.maxSessionsPerAddress);
    server.on('upgrade', (request, socket, head) => {
      strangers.forget(request.socket);
      this.sockets.handleUpgrade(request, socket, head, (client) => this.accept(client, request));
    });
    server.listen(port, this.options.host);
    await once(server, 'listening');
    server.on('error', (error) => this.log.warn({ error: error.message }, 'WebSocket server error'));
    this.servers.push(server);
    return server.address() as AddressInfo;
  }

  /** From now on a new socket is closed with 1013; those that there are go on. */
  refuseNewcomers(): void {
    this.refusing = true;
  }

  /** Closes every socket with 1001 and stops listening. */
  async close(): Promise<void> {
    const closed = Promise.all(this.servers.map((server) => new Promise((done) => server.close(done))));
    for (const socket of this.mediaSockets) socket.close('the server stops', CloseCode.goingAway);
    for (const connection of this.connections) connection.close(CloseCode.goingAway, 'the server stops');
    const timer = setTimeout(() => {
      for (const one of [...this.connections, ...this.mediaSockets]) one.terminate();
      for (const server of this.servers) server.closeAllConnections();
    }, closeGrace);
    await closed;
    clearTimeout(timer);
    this.sessions.clear();
  }

  /** Everybody who is connected, whoever came first first. */
  clients(): ConnectedClient[] {
    return [...this.sessions.all()].flatMap(({ connected }) => connected ?? []);
  }

  client(sessionId: string): ConnectedClient | null {
    return this.sessions.find(sessionId)?.connected ?? null;
  }

  /**
   * Closes a client's socket; its streams end, and it is not awaited back.
   * @returns false when there is no such session
   */
  disconnect(sessionId: string, reason: string): boolean {
    const connection = this.sessions.find(sessionId);
    connection?.dismiss(reason);
    return connection !== undefined;
  }

  /**
   * Gives a client data of the application, as its event `APP_DATA` (WCS spec C.8).
   * @returns false when there is no such session
   */
  sendData(sessionId: string, payload: unknown, operationId: string): boolean {
    const connection = this.sessions.find(sessionId);
    connection?.send(encode.onDataEvent(payload, operationId));
    return connection !== undefined;
  }

  private accept(socket: WebSocket, request: IncomingMessage): void {
    const address = request.socket.remoteAddress ?? '';
    const admitted = this.refusing ? null : this.admission.enter(address);
    if (!admitted) {
      this.refusedSockets += 1;
      socket.on('error', () => {});
      const reason = this.refusing ? 'the server is draining' : 'too many sessions';
      socket.close(CloseCode.tryAgainLater, reason);
      return;
    }
    const connection = new ClientConnection(
      socket,
      address,
      this.streams,
      this.dispatcher,
      this.options,
      this.log,
      {
        onConnection: (asked) => this.sessions.open(asked, originOf(address, request.url ?? '')),
        onAbandoned: (resumable) => this.sessions.giveBack(resumable),
        onEstablished: (established, resumable) => {
          admitted.establish();
          this.sessions.add(established, resumable);
        },
        onMediaTransport: (asking, authToken) => this.takeMediaSocket(asking, authToken, admitted),
        onEnd: (ended, resumable) => {
          this.connections.delete(ended);
          if (resumable) this.sessions.remove(resumable);
          admitted.leave();
        },
      },
    );
    this.connections.add(connection);
  }

  /** A socket that turns out to be one for the media of a client that is connected (WCS spec F.1). */
  private takeMediaSocket(asking: ClientConnection, authToken: string, admitted: Admitted): void {
    const owner = this.sessions.holder(authToken);
    if (!owner) {
      asking.close(CloseCode.policyViolation, 'no session has this authToken');
      return;
    }
    this.connections.delete(asking);
    admitted.establish();
    const socket = new MediaConnection(asking.release(), this.options);
    this.mediaSockets.add(socket);
    socket.onClosed(() => {
      this.mediaSockets.delete(socket);
      admitted.leave();
    });
    if (!owner.adopt(socket)) socket.close('no media is wanted here', CloseCode.policyViolation);
  }

  private sendTo(mediaSession: MediaSession, message: string): void {
    this.sessions.find(mediaSession.session.id)?.send(message);
  }
}

/**
 * What WebSockets are upgraded from. A connection that never asks, or never ends its TLS handshake, has as long as one
 * that never says `connection`.
 */
function createHttpServer(
  { connectionTimeout, maxSessions, maxPending }: SignalingOptions,
  create: CreateServer,
): Server {
  const timeouts = {
    headersTimeout: connectionTimeout,
    connectionsCheckingInterval: Math.min(1000, connectionTimeout),
    handshakeTimeout: connectionTimeout,
  };
  const server = create(timeouts, (_request, response) => {
    response.writeHead(426, { 'content-type': 'text/plain', connection: 'close' });
    response.end('This port speaks WebSocket only.\n');
  });
  server.maxConnections = maxSessions + maxPending;
  return server;
}

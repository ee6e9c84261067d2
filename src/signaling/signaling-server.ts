import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Logger } from '../kit/index.js';
import type { MediaSession, StreamService } from '../streams/index.js';
import { ClientConnection, CloseCode, type ConnectionOptions } from './client-connection.js';
import { Dispatcher } from './dispatcher.js';
import type { SignalingExtension } from './extension.js';
import { streamHandlers } from './handlers.js';
import { notifyClients } from './notifier.js';

export interface SignalingOptions extends ConnectionOptions {
  readonly host: string;
  readonly port: number;
  /** Longest message taken from a client, bytes. */
  readonly maxMessageSize: number;
  readonly maxSessions: number;
  readonly maxSessionsPerAddress: number;
}

/** How long clients get to answer the closing handshake before they are cut off, ms. */
const closeGrace = 1000;

/** The WebSocket server: any path, no sub-protocol, one `ClientConnection` a socket (WCS spec A.1). */
export class SignalingServer {
  private readonly http = createServer((_request, response) => {
    response.writeHead(426, { 'content-type': 'text/plain', connection: 'close' });
    response.end('This port speaks WebSocket only.\n');
  });
  private readonly sockets: WebSocketServer;
  private readonly dispatcher: Dispatcher;
  private readonly connections = new Set<ClientConnection>();
  private readonly bySession = new Map<string, ClientConnection>();
  private readonly perAddress = new Map<string, number>();

  constructor(
    private readonly streams: StreamService,
    private readonly options: SignalingOptions,
    private readonly log: Logger,
    extensions: readonly SignalingExtension[] = [],
  ) {
    this.dispatcher = new Dispatcher([{ handlers: streamHandlers(streams) }, ...extensions], log);
    this.sockets = new WebSocketServer({
      server: this.http,
      maxPayload: options.maxMessageSize,
      perMessageDeflate: false,
      clientTracking: false,
    });
    // The HTTP server's errors come here too; `open` has already rejected with them.
    this.sockets.on('error', () => {});
    this.sockets.on('connection', (socket, request) => this.accept(socket, request));
    notifyClients(streams, (mediaSession, message) => this.sendTo(mediaSession, message));
  }

  /**
   * Starts listening.
   * @throws (rejects) the system's error, such as EADDRINUSE
   */
  async open(): Promise<AddressInfo> {
    this.http.listen(this.options.port, this.options.host);
    await once(this.http, 'listening');
    return this.http.address() as AddressInfo;
  }

  /** Closes every socket with 1001 and stops listening. */
  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.http.close(resolve));
    for (const connection of this.connections) connection.close(CloseCode.goingAway, 'the server stops');
    const timer = setTimeout(() => {
      for (const connection of this.connections) connection.terminate();
      this.http.closeAllConnections();
    }, closeGrace);
    await closed;
    clearTimeout(timer);
  }

  private accept(socket: WebSocket, request: IncomingMessage): void {
    const address = request.socket.remoteAddress ?? '';
    const fromAddress = this.perAddress.get(address) ?? 0;
    const { maxSessions, maxSessionsPerAddress } = this.options;
    if (this.connections.size >= maxSessions || fromAddress >= maxSessionsPerAddress) {
      socket.on('error', () => {});
      socket.close(CloseCode.tryAgainLater, 'too many sessions');
      return;
    }
    this.perAddress.set(address, fromAddress + 1);
    const connection = new ClientConnection(
      socket,
      address,
      this.streams,
      this.dispatcher,
      this.options,
      this.log,
      {
        onEstablished: ({ session }) => session && this.bySession.set(session.id, connection),
        onEnd: ({ session }) => {
          this.connections.delete(connection);
          if (session) this.bySession.delete(session.id);
          this.release(address);
        },
      },
    );
    this.connections.add(connection);
  }

  private release(address: string): void {
    const left = (this.perAddress.get(address) ?? 1) - 1;
    if (left > 0) this.perAddress.set(address, left);
    else this.perAddress.delete(address);
  }

  private sendTo(mediaSession: MediaSession, message: string): void {
    this.bySession.get(mediaSession.session.id)?.send(message);
  }
}

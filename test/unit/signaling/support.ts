import { once } from 'node:events';
import { onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { createLogger, type Logger } from '../../../src/kit/index.js';
import {
  type SignalingExtension,
  type SignalingOptions,
  SignalingServer,
} from '../../../src/signaling/index.js';
import type { StreamService, StreamServiceOptions } from '../../../src/streams/index.js';
import { makeService } from '../streams/support.js';

export interface Frame {
  readonly message: string;
  readonly data: unknown[];
}

export interface Around {
  readonly streams?: Partial<StreamServiceOptions>;
  readonly log?: Logger;
}

/**
 * A real signalling server on a free loopback port, over a fake media plane.
 * @param extend makes the server's extensions
 */
export async function startSignaling(
  options: Partial<SignalingOptions> = {},
  extend: (streams: StreamService) => readonly SignalingExtension[] = () => [],
  around: Around = {},
) {
  const { service, plane } = makeService(around.streams);
  const server = new SignalingServer(
    service,
    {
      host: '127.0.0.1',
      port: 0,
      version: '1.2.3',
      pingInterval: 60_000,
      pingProbes: 3,
      connectionTimeout: 60_000,
      maxMessageSize: 262_144,
      maxMessageRate: 10_000,
      maxStreamEventSize: 1024,
      maxPending: 100,
      maxPendingPerAddress: 100,
      maxSessions: 100,
      maxSessionsPerAddress: 100,
      keepAliveTimeout: 60_000,
      maxKeptSessions: 100,
      maxMediaSockets: 4,
      refusedCloseCode: 1008,
      ...options,
    },
    around.log ?? createLogger({ level: 'silent' }),
    extend(service),
  );
  const { port } = await server.open();
  onTestFinished(() => server.close());
  return { server, service, plane, url: `ws://127.0.0.1:${port}` };
}

/** A client as plain as can be: what it received, and waiting for more. */
export class Client {
  readonly frames: Frame[] = [];
  private waiting: (() => void) | null = null;
  readonly closed: Promise<{ code: number; reason: string }>;

  private constructor(readonly socket: WebSocket) {
    socket.on('message', (data) => {
      this.frames.push(JSON.parse(data.toString()) as Frame);
      this.waiting?.();
    });
    this.closed = new Promise((resolve) => {
      socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() }));
    });
    socket.on('error', () => {});
  }

  static async open(url: string): Promise<Client> {
    const client = new Client(new WebSocket(url));
    onTestFinished(() => client.socket.terminate());
    await once(client.socket, 'open');
    return client;
  }

  /** Opens and sends `connection`; resolves when the session is established. */
  static async connect(url: string, more: object = {}): Promise<Client> {
    const client = await Client.open(url);
    client.send('connection', { appKey: 'defaultApp', mediaProviders: ['WebRTC'], ...more });
    await client.next('getVersion');
    return client;
  }

  send(message: string, payload: unknown): void {
    this.socket.send(JSON.stringify({ message, data: [payload] }));
  }

  /** The first frame of this name that has not been taken, waiting for it. */
  async next(message: string): Promise<Frame> {
    for (;;) {
      const index = this.frames.findIndex((frame) => frame.message === message);
      if (index >= 0) return this.frames.splice(index, 1)[0] as Frame;
      await new Promise<void>((resolve) => {
        this.waiting = resolve;
      });
    }
  }
}

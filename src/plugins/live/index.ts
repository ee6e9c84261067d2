import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { type ServerOptions, type WebSocket, WebSocketServer } from 'ws';
import { type Caller, sendProblem } from '../../admin/index.js';
import { Board } from './board.js';
import type { Hello } from './messages.js';
import type { LiveNeeds } from './needs.js';
import { Page } from './page.js';
import { longestPageMessage } from './page-message.js';
import { Sampler, sampleInterval } from './sampler.js';
import { historyLength } from './series.js';

export type { FigureSources, LiveNeeds, ProcessFigures, SessionFigures, StreamFinding } from './needs.js';

/** Why a page does not get its socket, as HTTP says it. */
export interface LiveRefusal {
  readonly status: number;
  readonly detail: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The figures of the server and its streams, second by second, for the pages of those who administer it. */
export interface Live {
  readonly socket: {
    readonly path: string;
    upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<LiveRefusal | null>;
  };
  /** What the path answers to those who do not ask for a WebSocket. */
  readonly routes: { register(scope: FastifyInstance): void };
  close(): void;
}

/** Where it is. */
export const livePath = '/api/v1/live';
/** What pages name first among their subprotocols when they have credentials in another one (see `admin`). */
const subprotocol = 'sluice.live';
/** At a time. */
const mostPages = 32;
/** For the closing handshake, ms. */
const closeGrace = 1000;
const goingAway = 1001;

export function createLive(needs: LiveNeeds): Live {
  const { guard, sources, clock } = needs;
  const sampler = new Sampler(sources, clock, needs.wallClock);
  const board = new Board(sampler, sources);
  const pages = new Map<WebSocket, Page>();
  let opening = 0;
  let closed = false;
  // The published types do not know `closeTimeout` yet.
  const options: ServerOptions & { closeTimeout: number } = {
    noServer: true,
    maxPayload: longestPageMessage,
    perMessageDeflate: false,
    clientTracking: false,
    closeTimeout: closeGrace,
    handleProtocols: (offered) => (offered.has(subprotocol) ? subprotocol : false),
  };
  const server = new WebSocketServer(options);

  sampler.sample();
  const timer = setInterval(() => {
    sampler.sample();
    for (const page of pages.values()) page.tick(clock());
  }, sampleInterval).unref();

  const open = (socket: WebSocket, hello: Hello): void => {
    const page = new Page(socket, board);
    pages.set(socket, page);
    socket.on('message', (data, isBinary) => page.receive(isBinary ? '' : String(data), clock()));
    socket.on('close', () => pages.delete(socket));
    // Malformed frames, and messages that are too long: it closes by itself.
    socket.on('error', () => {});
    page.begin(JSON.stringify(hello));
  };

  const upgrade = async (
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
  ): Promise<LiveRefusal | null> => {
    const decision = await guard.decideUpgrade(request, 'viewer');
    if (!decision.admitted) return decision;
    if (closed || pages.size + opening >= mostPages) {
      const headers = { 'retry-after': '10' };
      return { status: 503, detail: `${mostPages} pages watch already.`, headers };
    }
    opening += 1;
    const hello = await makeHello(needs, decision.caller).finally(() => {
      opening -= 1;
    });
    if (!closed) server.handleUpgrade(request, socket, head, (client) => open(client, hello));
    else socket.destroy();
    return null;
  };

  return {
    socket: { path: livePath, upgrade },
    routes: {
      register: (scope) => {
        scope.get(livePath, async (request, reply) => {
          if (!(await guard.admit(request, reply, 'viewer'))) return reply;
          reply.headers({ upgrade: 'websocket', connection: 'upgrade' });
          return sendProblem(reply, 426, 'This is a WebSocket.');
        });
      },
    },
    close: () => {
      closed = true;
      clearInterval(timer);
      for (const socket of pages.keys()) {
        socket.close(goingAway, 'the server stops');
        setTimeout(() => socket.terminate(), closeGrace).unref();
      }
    },
  };
}

async function makeHello(needs: LiveNeeds, caller: Caller): Promise<Hello> {
  const [snapshots, warnings] = await Promise.all([needs.snapshots(), needs.warnings()]);
  return {
    type: 'hello',
    version: needs.version,
    startedAt: needs.startedAt,
    operator: caller.role === 'operator',
    abilities: { recording: needs.records, snapshots },
    interval: sampleInterval,
    historyLength,
    warnings,
  };
}

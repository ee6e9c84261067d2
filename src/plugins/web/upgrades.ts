import type { IncomingMessage, Server } from 'node:http';
import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { type Logger, reasonOf } from '../../kit/index.js';

/** Why a connection is not upgraded, as HTTP says it. */
export interface UpgradeRefusal {
  readonly status: number;
  readonly detail: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A WebSocket of another part of the server, under the only path that leads to it. */
export interface SocketRoute {
  readonly path: string;
  /**
   * Takes a connection over.
   * @returns null when it has; else why not, and nothing has been written
   */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<UpgradeRefusal | null>;
}

/**
 * Has a server upgrade to WebSockets at these paths. Elsewhere that is refused; an upgrade to anything else is not done, as
 * whoever asks for it must expect (RFC 9110 section 7.8): some clients offer HTTP/2 with each first request.
 */
export function addUpgrades(server: Server, routes: readonly SocketRoute[], log: Logger): void {
  const byPath = new Map(routes.map((route) => [route.path, route]));
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (!/^websocket$/i.test(request.headers.upgrade?.trim() ?? '')) {
      readAgain(server, request, socket, head);
      return;
    }
    socket.on('error', () => socket.destroy());
    const route = byPath.get((request.url ?? '').replace(/\?.*$/s, ''));
    if (!route) {
      refuse(socket, { status: 404, detail: 'There is no WebSocket here.' });
      return;
    }
    route.upgrade(request, socket, head).then(
      (refusal) => refusal && refuse(socket, refusal),
      (error) => {
        log.error({ reason: reasonOf(error), path: route.path }, 'a WebSocket could not be opened');
        refuse(socket, { status: 500, detail: 'Internal error.' });
      },
    );
  });
}

/** Answers as administrative requests are answered (RFC 9457), and closes. */
function refuse(socket: Duplex, { status, detail, headers = {} }: UpgradeRefusal): void {
  if (socket.destroyed || !socket.writable) return;
  const title = STATUS_CODES[status] ?? 'Error';
  const body = JSON.stringify({ type: 'about:blank', title, status, detail });
  const lines = [
    `HTTP/1.1 ${status} ${title}`,
    'Content-Type: application/problem+json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Cache-Control: no-store',
    'Connection: close',
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
  ];
  socket.once('finish', () => socket.destroy());
  socket.end(`${lines.join('\r\n')}\r\n\r\n${body}`);
}

/**
 * Gives a request back to the server without its wish: by now Node has stopped to read the connection as HTTP. What it has
 * parsed it parses again, so there is nothing new in it.
 */
function readAgain(server: Server, request: IncomingMessage, socket: Duplex, head: Buffer): void {
  const { method, url, httpVersion, rawHeaders, headers } = request;
  const lines = [`${method} ${url} HTTP/${httpVersion}`];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    if (!/^(?:connection|upgrade|http2-settings)$/i.test(name))
      lines.push(`${name}: ${rawHeaders[index + 1]}`);
  }
  if (/\bclose\b/i.test(headers.connection ?? '')) lines.push('Connection: close');
  socket.unshift(Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), head]));
  server.emit('encrypted' in socket ? 'secureConnection' : 'connection', socket);
}

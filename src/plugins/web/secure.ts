import { once } from 'node:events';
import type { RequestListener, Server } from 'node:http';
import type { ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';

/** The encrypted port beside the plain one. */
export interface SecurePort {
  readonly port: number;
  /** Makes a server that speaks TLS. */
  readonly createServer: (options: ServerOptions, listener: RequestListener) => Server;
  /** Seconds that browsers are to insist on TLS for this host; 0: they are told nothing (RFC 6797). */
  hstsMaxAge(): number;
}

/** What the plain server of the app has been given; both have the same limits. */
export const connectionLimits = {
  headersTimeout: 10_000,
  requestTimeout: 15_000,
  keepAliveTimeout: 10_000,
  maxHeaderSize: 16 * 1024,
} as const;
/** ms without a byte. */
export const idleTimeout = 60_000;
export const maxConnections = 4096;

/** Has answers over TLS tell browsers to insist on it (RFC 6797 section 7.2: not over plain HTTP). */
export function addStrictTransport(app: FastifyInstance, { hstsMaxAge }: SecurePort): void {
  app.addHook('onRequest', async ({ socket }, reply) => {
    const seconds = 'encrypted' in socket && socket.encrypted === true ? hstsMaxAge() : 0;
    if (seconds > 0) reply.header('strict-transport-security', `max-age=${seconds}`);
  });
}

/** The server that serves an app, whose plain one listens already, over TLS too. */
export function createSecureServer(app: FastifyInstance, { createServer }: SecurePort): Server {
  const options = { ...connectionLimits, handshakeTimeout: connectionLimits.headersTimeout };
  const server = createServer(options, (request, response) => app.routing(request, response));
  server.setTimeout(idleTimeout);
  server.maxConnections = maxConnections;
  return server;
}

/** @throws (rejects) the system's error, such as EADDRINUSE */
export async function listen(server: Server, port: number, host: string): Promise<number> {
  server.listen(port, host);
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** Stops a server and closes its connections. */
export async function closeServer(server: Server): Promise<void> {
  const closed = new Promise((done) => server.close(done));
  server.closeAllConnections();
  await closed;
}

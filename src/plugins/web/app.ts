import fastifyStatic from '@fastify/static';
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify';
import type { Config } from '../../config/index.js';
import type { Logger } from '../../kit/index.js';
import { type Action, addActions } from './balance.js';
import { addDownloads, type Downloads } from './downloads.js';
import { consoleFiles, embedUrl, type ServedFile, sdkFiles } from './files.js';
import { plainHost, securityHeaders } from './headers.js';
import {
  addStrictTransport,
  boundConnections,
  connectionLimits,
  idleTimeout,
  type SecurePort,
} from './secure.js';
import { closeUnreadAnswers } from './unread-answers.js';
import type { SocketRoute } from './upgrades.js';

export interface WebOptions {
  readonly config: Pick<Config, 'host' | 'httpPort' | 'codecs' | 'balance' | 'web'>;
  readonly log: Logger;
  /** The folder of the compiled console. */
  readonly consoleDir: string;
  /** The port that the WebSocket server listens on. */
  readonly wsPort: number;
  /** The port that it listens on with TLS; absent when it does not. */
  readonly wssPort?: number | undefined;
  /** The encrypted port of the web server; absent when there is none. */
  readonly secure?: SecurePort | undefined;
  /** The product's version. */
  readonly version: string;
  readonly downloads?: readonly Downloads[];
  /** What else is served, by whoever it belongs to. */
  readonly routes?: readonly WebRoutes[];
  /** The WebSockets that there are. */
  readonly sockets?: readonly SocketRoute[];
  /** What else `/?action=NAME` answers, by name. */
  readonly actions?: Readonly<Record<string, Action>>;
}

/** Routes of another part of the server. Each gets a scope of its own: its hooks and parsers are for its routes alone. */
export interface WebRoutes {
  register(scope: FastifyInstance): void | Promise<void>;
}

/**
 * The web server, not listening yet: the console, the Web SDK, `/health`, `/settings.json`, `/?action=balance` and the
 * downloads. Every path is a route of its own, so nothing else on the disk can be asked for.
 * @throws Fault CONSOLE_MISSING, SDK_MISSING
 */
export async function buildWebApp(options: WebOptions): Promise<FastifyInstance> {
  const { config, consoleDir, wsPort, version, secure, downloads = [], routes = [] } = options;
  const wssPort = config.balance.wss || options.wssPort;
  const pages = consoleFiles(consoleDir);
  const sdk = sdkFiles();

  const app = fastify({
    logger: false,
    bodyLimit: 16 * 1024,
    connectionTimeout: idleTimeout,
    requestTimeout: connectionLimits.requestTimeout,
    keepAliveTimeout: connectionLimits.keepAliveTimeout,
    http: connectionLimits,
    forceCloseConnections: true,
    // Names of streams in paths, each character up to nine when encoded.
    routerOptions: { maxParamLength: 4096 },
  });
  boundConnections(app.server);
  await app.register(fastifyStatic, {
    root: consoleDir,
    serve: false,
    cacheControl: false,
    dotfiles: 'ignore',
  });

  app.addHook('onRequest', async (request, reply) => {
    const embedFrom = request.routeOptions.url === embedUrl ? config.web.embedFrom : null;
    reply.headers(securityHeaders(plainHost(request.headers.host), wsPort, wssPort, embedFrom));
    reply.header('cache-control', 'no-store');
  });
  closeUnreadAnswers(app);
  if (secure) addStrictTransport(app, secure);
  addErrorAnswers(app, pages, options);

  addActions(app, config.balance, wsPort, wssPort, options.actions);
  app.get('/health', async () => ({ status: 'ok' }));
  app.get('/settings.json', async () => ({
    product: 'Sluice',
    version,
    wsPort,
    wssPort: wssPort ?? null,
    codecs: config.codecs,
  }));
  for (const file of pages)
    addFile(app, file, file.isHashed ? 'public, max-age=31536000, immutable' : 'no-cache');
  for (const file of sdk) addFile(app, file, 'public, max-age=3600');
  for (const folder of downloads) addDownloads(app, folder);
  for (const each of routes) await app.register(async (scope) => each.register(scope));
  return app;
}

function addFile(app: FastifyInstance, { url, name, folder }: ServedFile, cacheControl: string): void {
  app.get(url, (_request, reply) => reply.header('cache-control', cacheControl).sendFile(name, folder));
}

function addErrorAnswers(app: FastifyInstance, files: readonly ServedFile[], { log }: WebOptions): void {
  const page = files.find(({ name }) => name === '404.html');

  app.setNotFoundHandler((request, reply) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      reply.code(405).header('allow', 'GET, HEAD');
      return reply.send({ error: 'Method not allowed' });
    }
    reply.code(404);
    if (page && wantsPage(request)) return reply.type('text/html').sendFile(page.name, page.folder);
    return reply.send({ error: 'Not found' });
  });

  app.setErrorHandler((error: Error & { statusCode?: number }, request, reply: FastifyReply) => {
    const status = error.statusCode ?? 500;
    if (status >= 500)
      log.error({ err: error, method: request.method, url: request.url }, 'web request failed');
    return reply.code(status).send({ error: status >= 500 ? 'Internal error' : error.message });
  });
}

function wantsPage(request: FastifyRequest): boolean {
  return (request.headers.accept ?? '').includes('text/html');
}

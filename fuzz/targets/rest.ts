import { fastify } from 'fastify';
import { AdminGuard } from '../../src/admin/index.js';
import { createLogger } from '../../src/kit/index.js';
import { createRest, type Recorder } from '../../src/plugins/rest/index.js';
import { type FuzzTarget, promise } from '../engine/target.js';
import { type DirectRequest, directRequest } from './direct-request.js';
import { fromText } from './seeds.js';

const decoder = new TextDecoder();

const ROUTES = [
  ...['find_all', 'find', 'terminate', 'snapshot', 'startRecording', 'stopRecording'].map(
    (name) => `stream/${name}`,
  ),
  ...['startup', 'terminate', 'find_all'].map((name) => `recorder/${name}`),
  ...['find_all', 'find', 'terminate', 'set_log_level'].map((name) => `connection/${name}`),
  'transcoder/startup',
  '__proto__',
  'toString',
].map((path) => ({ method: 'POST', url: `/rest-api/${path}` }) as const);

const PAGES = ['streams', 'sessions', 'media-sessions', 'recordings', 'server', 'streams/x/diagnosis'];

/** What an administrator's program may send. */
function requestOf(input: Uint8Array): DirectRequest {
  const text = decoder.decode(input);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {}
  if (typeof value !== 'object' || value === null || !('route' in value) || typeof value.route !== 'number')
    return { ...ROUTES[input.length % ROUTES.length]!, payload: text };
  const route = Math.abs(Math.floor(value.route)) || 0;
  const { body = null, query = '' } = value as { body?: unknown; query?: unknown };
  if (route < 1000) return { ...ROUTES[route % ROUTES.length]!, payload: JSON.stringify(body) };
  const page = PAGES[route % PAGES.length]!;
  const written = encodeURI(wellFormed(typeof query === 'string' ? query : JSON.stringify(query)));
  return { method: route % 7 === 0 ? 'DELETE' : 'GET', url: `/api/v1/${page}${written}` };
}

/** Half a surrogate pair has no form in a URL. */
function wellFormed(text: string): string {
  return Buffer.from(text).toString();
}

/**
 * Bodies and queries of the REST APIs: whatever comes, the answer is no internal error, and (where it is cross-checked) the
 * same that comes of Node's own streams of requests.
 */
export async function restTarget(): Promise<FuzzTarget> {
  let failure: unknown = null;
  const log = createLogger({ level: 'silent' });
  log.error = ((fields: { err?: unknown }) => {
    failure = fields.err ?? fields;
  }) as typeof log.error;
  const none = { tokens: [], users: [], allowedOrigins: [], allowedHosts: [], trustedProxies: [] };
  const notFound = () => {
    throw Object.assign(new Error('none'), { code: 'not-found' });
  };
  const recorder: Recorder = { start: notFound, stop: notFound, list: () => [] };
  const rest = createRest({
    guard: new AdminGuard(none, createLogger({ level: 'silent' })),
    log,
    streams: { all: () => [], mediaSession: () => undefined, published: () => undefined } as never,
    clients: { clients: () => [], client: () => null, disconnect: () => false, sendData: () => false },
    snapshot: async () => Buffer.from('a picture'),
    thumbnail: async () => Buffer.from('a small picture'),
    recorder,
    transcoders: { start: notFound, stop: () => false, list: () => [] },
    finished: { list: async () => ({ items: [], total: 0 }), remove: async () => notFound() },
    drain: null,
    diagnose: () => null,
    version: '1.2.3',
    uptime: () => 60,
  });
  const app = fastify({ routerOptions: { maxParamLength: 2048 } });
  await app.register(async (scope) => rest.register(scope));
  await app.ready();
  return {
    kind: 'json',
    maxLength: 66_000,
    limitMs: 500,
    seeds: () =>
      fromText(
        ...[
          {
            route: 1,
            body: {
              mediaSessionId: 'a',
              name: 'b',
              published: true,
              status: 'PUBLISHING',
              display: ['metrics'],
            },
          },
          { route: 2, body: { mediaSessionIds: ['a', 'b'] } },
          { route: 3, body: { streamName: 'cam' } },
          {
            route: 4,
            body: { mediaSessionId: 'a', config: { fileTemplate: '{streamName}', rotation: '10M' } },
          },
          { route: 7, body: { mediaSessionId: 'a' } },
          { route: 10, body: { clientVersion: 'x', sessionId: 'y', appKey: 'z' } },
          { route: 12, body: { sessionId: 'x', logLevel: 'DEBUG' } },
          { route: 1002, query: '?offset=0&limit=10&name=a' },
          // Each page, one of what it lists, and that to be deleted.
          ...[1003, 1004, 1005, 1006, 1007].map((route) => ({ route, query: '' })),
          ...[1002, 1003, 1004, 1005, 1008, 1015, 1022, 1029].map((route) => ({ route, query: '/x' })),
        ].map((one) => JSON.stringify(one)),
        '{"name": ',
      ),
    dictionary: ['?limit=', '&offset=', '/%2e%2e/', '%00', '?sort=', 'null', 'PUBLISHING'],
    async run(input) {
      failure = null;
      const request = requestOf(input);
      const status = await directRequest(app, request);
      if (failure !== null) throw failure;
      promise(status !== 500, `500 for ${request.method} ${request.url}`);
    },
    async crossCheck(input) {
      const { method, url, payload } = requestOf(input);
      const headers = { 'content-type': 'application/json' };
      const { statusCode } = await app.inject({ method, url, headers, ...(payload && { payload }) });
      const direct = await directRequest(app, requestOf(input));
      promise(statusCode === direct, `${statusCode} for ${method} ${url}, but ${direct} directly`);
    },
  };
}

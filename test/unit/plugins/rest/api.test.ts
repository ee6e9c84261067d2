import type { InjectOptions } from 'fastify';
import { describe, expect, it } from 'vitest';
import { bearer, operatorToken, viewerToken } from '../../admin/support.js';
import { FakeRecorder, startRest, statusOf } from './support.js';

type Rest = Awaited<ReturnType<typeof startRest>>;
const at = (rest: Rest, url: string, method: InjectOptions['method'] = 'GET', payload?: object) =>
  rest.inject({ url: `/api/v1${url}`, method, ...(payload ? { payload } : {}) });

async function withStreams(needs: Parameters<typeof startRest>[0] = {}) {
  const rest = await startRest(needs);
  const publisher = await rest.publish('pub-1', 'cam/1 ü');
  await rest.publish('pub-2', 'other');
  const player = await rest.play('play-1', 'cam/1 ü');
  return { rest, publisher, player, path: `/streams/${encodeURIComponent('cam/1 ü')}` };
}

describe('streams', () => {
  it('are listed in pages, with their publishers', async () => {
    const { rest } = await withStreams();
    const all = (await at(rest, '/streams')).json();
    expect(all).toMatchObject({ total: 2, limit: 100, offset: 0 });
    expect(all.items[0]).toEqual({
      name: 'cam/1 ü',
      viewers: 1,
      recording: false,
      audioMuted: false,
      videoMuted: false,
      publisher: {
        id: 'pub-1',
        kind: 'publish',
        stream: 'cam/1 ü',
        sessionId: rest.server.clients()[0]?.session.id,
        appKey: 'defaultApp',
        status: 'PUBLISHING',
        mediaProvider: 'WebRTC',
        videoCodec: 'H264',
        audioCodec: 'opus',
        width: 640,
        height: 360,
        createdAt: '2023-11-14T22:13:20.000Z',
        figures: {
          videoBitrate: 500_000,
          fps: 25,
          nack: 3,
          pli: 2,
          lostPackets: 1,
          roundTrip: null,
          outgoing: null,
        },
      },
    });
    const second = (await at(rest, '/streams?limit=1&offset=1')).json();
    expect(second).toMatchObject({ total: 2, limit: 1, offset: 1, items: [{ name: 'other' }] });
    expect((await at(rest, '/streams?name=cam')).json()).toMatchObject({ total: 1, items: [{ viewers: 1 }] });
    expect((await at(rest, '/streams?appKey=nobody')).json()).toMatchObject({ total: 0, items: [] });
    expect((await at(rest, '/streams?offset=10000000')).json()).toMatchObject({ total: 2, items: [] });
  });

  it('are found by name and ended', async () => {
    const { rest, path, publisher, player } = await withStreams();
    expect((await at(rest, path)).json()).toMatchObject({ name: 'cam/1 ü', viewers: 1 });
    const ended = await at(rest, path, 'DELETE');
    expect([ended.statusCode, ended.body]).toEqual([204, '']);
    expect(await statusOf(publisher, 'pub-1', 'FAILED')).toMatchObject({
      info: 'Stopped by rest /terminate',
    });
    expect(await statusOf(player, 'play-1', 'FAILED')).toMatchObject({ info: 'Stopped by publisher stop' });
    for (const method of ['GET', 'DELETE'] as const) {
      const missing = await at(rest, path, method);
      expect(missing.headers['content-type']).toBe('application/problem+json; charset=utf-8');
      expect(missing.json()).toMatchObject({ status: 404, title: 'Not Found' });
    }
  });

  it('have a picture', async () => {
    const { rest, path } = await withStreams();
    const answer = await at(rest, `${path}/snapshot`);
    expect([answer.statusCode, answer.headers['content-type'], answer.body]).toEqual([
      200,
      'image/png',
      'a picture',
    ]);
    expect((await at(rest, '/streams/nobody/snapshot')).statusCode).toBe(404);
    const small = await at(rest, `${path}/thumbnail`);
    expect([small.headers['content-type'], small.body]).toEqual(['image/jpeg', 'a small picture']);
    expect((await at(rest, '/streams/nobody/thumbnail')).statusCode).toBe(404);
    for (const [info, status, wait] of [
      ['No available transcoders', 503, '2'],
      ['Transcoding required, but disabled', 501, undefined],
    ] as const) {
      const refused = await withStreams({ thumbnail: () => Promise.reject(new Error(info)) });
      const answer = await at(refused.rest, `${refused.path}/thumbnail`);
      expect([answer.statusCode, answer.headers['retry-after']]).toEqual([status, wait]);
    }
    const failing = await withStreams({ snapshot: () => Promise.reject(new Error('ffmpeg died')) });
    const failed = await at(failing.rest, `${failing.path}/snapshot`);
    expect([failed.statusCode, failed.json().detail]).toEqual([500, 'ffmpeg died']);
  });

  it('are recorded', async () => {
    const recorder = new FakeRecorder();
    const { rest, path } = await withStreams({ recorder });
    const started = await at(rest, `${path}/recording`, 'PUT', { rotation: 60 });
    expect(started.statusCode).toBe(201);
    expect(started.json()).toMatchObject({ mediaSessionId: 'pub-1', startedAt: '1970-01-01T00:00:01.000Z' });
    expect((await at(rest, `${path}/recording`, 'PUT')).statusCode).toBe(201);
    expect(recorder.wishes).toEqual([{ rotation: 60 }, {}]);
    expect((await at(rest, '/recordings')).json()).toMatchObject({ total: 1 });
    expect((await at(rest, path)).json().recording).toBe(true);
    expect((await at(rest, `${path}/recording`, 'DELETE')).statusCode).toBe(204);
    expect((await at(rest, `${path}/recording`, 'DELETE')).statusCode).toBe(404);
    expect((await at(rest, `${path}/recording`, 'PUT', { other: 1 })).statusCode).toBe(400);
    recorder.refuse = 'already-recording';
    expect((await at(rest, `${path}/recording`, 'PUT')).statusCode).toBe(409);
    const without = await withStreams();
    expect((await at(without.rest, `${without.path}/recording`, 'PUT')).statusCode).toBe(501);
  });
});

describe('sessions and media sessions', () => {
  it('are listed, filtered and shown', async () => {
    const { rest } = await withStreams();
    const sessions = (await at(rest, '/sessions')).json();
    expect(sessions.total).toBe(3);
    const [first] = sessions.items;
    expect(first).toMatchObject({ appKey: 'defaultApp', mediaSessions: ['pub-1'], keepAlive: false });
    expect((await at(rest, `/sessions/${encodeURIComponent(first.id)}`)).json()).toEqual(first);
    const total = async (query: string) => (await at(rest, `/media-sessions?${query}`)).json().total;
    expect(await total('')).toBe(3);
    expect(await total('kind=play')).toBe(1);
    expect(await total('stream=other')).toBe(1);
    expect(await total(`sessionId=${encodeURIComponent(first.id)}`)).toBe(1);
    expect(await total('status=PLAYING')).toBe(1);
    expect((await at(rest, '/media-sessions/play-1')).json()).toMatchObject({ kind: 'play', figures: null });
    expect((await at(rest, '/media-sessions/nobody')).statusCode).toBe(404);
    expect((await at(rest, '/sessions/nobody')).statusCode).toBe(404);
  });

  it('are given data', async () => {
    const { rest, publisher } = await withStreams();
    const id = encodeURIComponent(rest.server.clients()[0]?.session.id ?? '');
    const post = (session: string, payload: object) =>
      rest.inject({ url: `/api/v1/sessions/${session}/data`, method: 'POST', payload });
    expect((await post(id, { payload: { a: 1 }, operationId: 'op' })).statusCode).toBe(204);
    expect((await publisher.next('OnDataEvent')).data).toEqual([{ operationId: 'op', payload: { a: 1 } }]);
    expect((await post('nobody', { payload: 1 })).statusCode).toBe(404);
    for (const wrong of [{}, { payload: 1, operationId: '' }, { payload: 1, other: 2 }])
      expect((await post(id, wrong)).statusCode).toBe(400);
  });

  it('are ended', async () => {
    const { rest, player, publisher } = await withStreams();
    expect((await at(rest, '/media-sessions/play-1', 'DELETE')).statusCode).toBe(204);
    expect(await statusOf(player, 'play-1', 'FAILED')).toMatchObject({ info: 'Stopped by rest /terminate' });
    const id = encodeURIComponent(rest.server.clients()[0]?.session.id ?? '');
    expect((await at(rest, `/sessions/${id}`, 'DELETE')).statusCode).toBe(204);
    expect(await publisher.closed).toMatchObject({ code: 1000 });
    expect((await at(rest, `/sessions/${id}`, 'DELETE')).statusCode).toBe(404);
    expect((await at(rest, '/media-sessions/pub-1', 'DELETE')).statusCode).toBe(404);
    expect(rest.lines.filter(({ msg }) => msg === 'administration')).toHaveLength(4);
  });
});

describe('the rest of it', () => {
  it('tells what the server is', async () => {
    const { rest } = await withStreams();
    expect((await at(rest, '/server')).json()).toEqual({
      product: 'Sluice',
      version: '1.2.3',
      uptime: 60,
      sessions: 3,
      streams: 2,
      viewers: 1,
      recordings: 0,
      abilities: { recording: false },
    });
    expect((await at(rest, '/health')).json()).toEqual({ status: 'ok' });
  });

  it('can be asked to drain, where the server can', async () => {
    let drained = 0;
    const rest = await startRest({ drain: () => drained++ });
    const answer = await at(rest, '/server/drain', 'POST');
    expect([answer.statusCode, answer.body, drained]).toEqual([202, '', 1]);
    expect((await at(await startRest(), '/server/drain', 'POST')).statusCode).toBe(404);
  });

  it.each([
    '/streams?limit=0',
    '/streams?limit=501',
    '/streams?limit=x',
    '/streams?limit=1&limit=2',
    '/streams?offset=-1',
    '/streams?offset=1e99',
    '/streams?unknown=1',
    '/media-sessions?kind=other',
    `/streams?name=${'x'.repeat(5000)}`,
  ])('%.60s is not understood', async (url) => {
    const rest = await startRest();
    const answer = await at(rest, url);
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({ status: 400, type: 'about:blank' });
  });

  it.each(['', '/', '/nothing', '/streams/a/b', '/streams/%ff'])('%s is not there', async (url) => {
    const rest = await startRest();
    const { statusCode } = await at(rest, url);
    expect(statusCode).toBe(url.includes('%ff') ? 400 : 404);
  });

  it('is for a viewer to look at, for an operator to change', async () => {
    const { inject } = await startRest({}, { tokens: [operatorToken, `viewer:${viewerToken}`] });
    for (const [method, url, expected] of [
      ['GET', '/api/v1/streams', [401, 200, 200]],
      ['GET', '/api/v1/openapi.json', [401, 200, 200]],
      ['GET', '/api/docs/', [401, 200, 200]],
      ['GET', '/api/docs/json', [401, 200, 200]],
      ['GET', '/api/docs/static/swagger-ui-bundle.js', [401, 200, 200]],
      ['DELETE', '/api/v1/streams/x', [401, 403, 404]],
      ['PUT', '/api/v1/streams/x/recording', [401, 403, 404]],
      ['DELETE', '/api/v1/sessions/x', [401, 403, 404]],
      ['POST', '/api/v1/nothing', [401, 403, 404]],
    ] as const) {
      const statuses: number[] = [];
      for (const headers of [{}, bearer(viewerToken), bearer(operatorToken)])
        statuses.push((await inject({ method, url, headers })).statusCode);
      expect([url, statuses]).toEqual([url, expected]);
    }
  });
});

describe('the OpenAPI document', () => {
  it('has every route with its schemas', async () => {
    const rest = await startRest();
    const document = (await at(rest, '/openapi.json')).json();
    expect(document).toMatchObject({ openapi: '3.1.0', info: { title: 'Sluice', version: '1.2.3' } });
    const operations = Object.entries(document.paths as Record<string, object>).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method} ${path}`),
    );
    expect(operations.sort()).toEqual([
      'delete /api/v1/media-sessions/{id}',
      'delete /api/v1/recordings/finished/{fileName}',
      'delete /api/v1/sessions/{id}',
      'delete /api/v1/streams/{name}',
      'delete /api/v1/streams/{name}/recording',
      'delete /api/v1/transcoders/{name}',
      'get /api/v1/health',
      'get /api/v1/media-sessions',
      'get /api/v1/media-sessions/{id}',
      'get /api/v1/recordings',
      'get /api/v1/recordings/finished',
      'get /api/v1/server',
      'get /api/v1/sessions',
      'get /api/v1/sessions/{id}',
      'get /api/v1/streams',
      'get /api/v1/streams/{name}',
      'get /api/v1/streams/{name}/diagnosis',
      'get /api/v1/streams/{name}/snapshot',
      'get /api/v1/streams/{name}/thumbnail',
      'get /api/v1/transcoders',
      'get /api/v1/transcoders/{name}',
      'post /api/v1/sessions/{id}/data',
      'post /api/v1/transcoders',
      'put /api/v1/streams/{name}/recording',
    ]);
    const { parameters, responses } = document.paths['/api/v1/streams'].get;
    expect(parameters.map(({ name }: { name: string }) => name)).toEqual([
      'limit',
      'offset',
      'name',
      'appKey',
    ]);
    expect(Object.keys(responses)).toEqual(['200', '400', '401', '403', '429']);
    expect(responses['404']).toBeUndefined();
    expect(responses['400'].content).toEqual({
      'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
    });
    expect(document.components.schemas.Stream.properties.publisher).toEqual({
      $ref: '#/components/schemas/MediaSession',
    });
    // Every reference leads somewhere.
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)];
    const missing = references.filter(([, name]) => !((name as string) in document.components.schemas));
    expect(missing).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import { basic, bearer, operatorToken, viewerToken } from '../../admin/support.js';
import { FakeRecorder, startRest, statusOf } from './support.js';

describe('connections', () => {
  it('are found, without their secrets', async () => {
    const { call, publish, server } = await startRest();
    expect((await call('connection/find_all')).statusCode).toBe(404);
    await publish();
    const [client] = server.clients();
    const answer = await call('connection/find_all');
    expect(answer.json()).toEqual([
      {
        sessionId: client?.session.id,
        appKey: 'defaultApp',
        status: 'ESTABLISHED',
        remoteAddress: '127.0.0.1',
        clientVersion: expect.any(String),
        clientOSVersion: expect.any(String),
        clientBrowserVersion: expect.any(String),
        mediaProviders: expect.any(Array),
        keepAlive: false,
        createDate: expect.any(Number),
        mediaSessions: 1,
      },
    ]);
    expect(answer.body).not.toContain(client?.session.authToken);
    const { clientVersion } = client ?? {};
    expect((await call('connection/find', { clientVersion })).json()).toHaveLength(1);
    expect((await call('connection/find', { clientVersion: 'other' })).statusCode).toBe(404);
    expect((await call('connection/find', { sessionId: 'other' })).statusCode).toBe(404);
  });

  it('are terminated: the socket closes, the streams end', async () => {
    const { call, publish, play, server } = await startRest();
    const publisher = await publish();
    const player = await play();
    const [client] = server.clients();
    const sessionId = client?.session.id;
    expect((await call('connection/terminate', { sessionId })).statusCode).toBe(200);
    expect(await publisher.closed).toEqual({ code: 1000, reason: 'terminated by REST' });
    expect(await statusOf(player, 'play-1', 'FAILED')).toMatchObject({ info: 'Stopped by publisher stop' });
    expect((await call('connection/terminate', { sessionId })).statusCode).toBe(404);
    expect((await call('connection/terminate', {})).statusCode).toBe(400);
  });

  it('get data of a backend', async () => {
    const { call, publish, server } = await startRest();
    const client = await publish();
    const sessionId = server.clients()[0]?.session.id;
    const payload = { text: 'hello', of: [1, null] };
    expect(
      (await call('data/send', { sessionId, operationId: 'op-1', payload, nodeId: 'n' })).statusCode,
    ).toBe(200);
    expect((await client.next('OnDataEvent')).data).toEqual([{ operationId: 'op-1', payload }]);
    expect((await call('data/send', { sessionId, payload: null })).statusCode).toBe(200);
    const [{ operationId }] = (await client.next('OnDataEvent')).data as [{ operationId: string }];
    expect(operationId).not.toBe('');
    expect((await call('data/send', { sessionId: 'other', payload })).statusCode).toBe(404);
    for (const body of [{ sessionId }, { payload }, { sessionId, payload, operationId: 7 }])
      expect((await call('data/send', body)).statusCode).toBe(400);
  });

  it('take a log level', async () => {
    const { call, publish, server } = await startRest();
    await publish();
    const sessionId = server.clients()[0]?.session.id;
    expect((await call('connection/set_log_level', { sessionId, logLevel: 'DEBUG' })).statusCode).toBe(200);
    const unknown = await call('connection/set_log_level', { sessionId: 'other', logLevel: 'DEBUG' });
    expect(unknown.statusCode).toBe(404);
  });
});

describe('recordings', () => {
  it.each([
    ['recorder/startup', 'recorder/terminate'],
    ['stream/startRecording', 'stream/stopRecording'],
  ])('begin with %s and end with %s', async (start, stop) => {
    const recorder = new FakeRecorder();
    const { call, publish } = await startRest({ recorder });
    await publish();
    const config = { fileTemplate: '{streamName}', rotation: '20M' };
    expect((await call(start, { mediaSessionId: 'pub-1', config })).statusCode).toBe(200);
    expect(recorder.wishes).toEqual([config]);
    expect((await call('recorder/find_all')).json()).toEqual([
      { fileName: 'cam-1.webm', mediaSessionId: 'pub-1' },
    ]);
    expect((await call('stream/find_all')).json()[0].record).toBe(true);
    expect((await call(stop, { mediaSessionId: 'pub-1' })).statusCode).toBe(200);
    expect((await call(stop, { mediaSessionId: 'pub-1' })).statusCode).toBe(404);
    expect((await call('recorder/find_all')).statusCode).toBe(404);
  });

  it.each([
    ['not-found', 404],
    ['already-recording', 409],
    ['off', 501],
    ['too-many', 503],
    ['bad-config', 400],
    ['EIO', 500],
    ['constructor', 500],
  ])('refused with %s are a %i', async (code, status) => {
    const recorder = new FakeRecorder();
    recorder.refuse = code;
    const { call } = await startRest({ recorder });
    expect((await call('recorder/startup', { mediaSessionId: 'pub-1' })).statusCode).toBe(status);
    expect((await call('recorder/terminate', { mediaSessionId: 'pub-1' })).statusCode).toBe(status);
  });

  it('are not made by a server that does not record', async () => {
    const { call } = await startRest();
    const answer = await call('recorder/startup', { mediaSessionId: 'pub-1' });
    expect([answer.statusCode, answer.json().detail]).toEqual([501, 'This server does not record.']);
    expect((await call('recorder/terminate', { mediaSessionId: 'pub-1' })).statusCode).toBe(501);
    expect((await call('recorder/find_all')).statusCode).toBe(404);
  });
});

describe('what Sluice has not', () => {
  it.each([
    'push/find_all',
    'pull/find_all',
    'rtsp/find',
    'mixer/find_all',
    'api/find_all',
    'cdn/show_routes',
  ])('%s finds nothing', async (method) => {
    const { call } = await startRest();
    expect((await call(method)).statusCode).toBe(404);
  });

  it.each([
    'push/startup',
    'pull/pull',
    'rtsp/startup',
    'mixer/add',
    'call/startup',
    'call/inject_stream/startup',
  ])('%s says so', async (method) => {
    const { call } = await startRest();
    const answer = await call(method, { uri: 'rtsp://192.0.2.1' });
    expect(answer.statusCode).toBe(501);
    expect(answer.json().detail).toMatch(/^Sluice does not have /);
  });

  it.each([
    '',
    'stream',
    'stream/',
    'stream/find_all/x',
    'constructor/x',
    '__proto__/toString',
    'v3/x',
    'push',
  ])('%s is no method at all', async (method) => {
    const { call } = await startRest();
    expect((await call(method)).statusCode).toBe(404);
    expect((await call(method, {})).statusCode).toBe(404);
  });
});

describe('bodies', () => {
  it.each([
    ['no JSON', '{"name":', 400],
    ['an array', '[]', 400],
    ['a text', '"cam"', 400],
    ['a number', '1', 400],
    ['fields of other types', '{"name":{"$ne":null}}', 400],
    ['a list that is none', '{"mediaSessionIds":"pub-1"}', 400],
    ['a list of other things', '{"mediaSessionIds":[1]}', 400],
    ['a long list', JSON.stringify({ mediaSessionIds: Array(1001).fill('a') }), 400],
    ['a long name', JSON.stringify({ name: 'x'.repeat(5000) }), 400],
    ['much depth', `{"a":${'['.repeat(30_000)}${']'.repeat(30_000)},"name":"gone"}`, 404],
    ['a prototype', '{"__proto__":{"name":"cam"},"constructor":{"name":"cam"}}', 400],
    ['too much', JSON.stringify({ name: 'x'.repeat(70_000) }), 413],
    ['a control character', '{"name":"\\u0000"}', 404],
    ['nothing', 'null', 400],
    ['an empty text', '', 400],
  ])('%s: nothing happens', async (_, body, status) => {
    const { call, publish, lines } = await startRest();
    await publish();
    const answer = await call('stream/terminate', body);
    expect(answer.statusCode).toBe(status);
    expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect((await call('stream/find_all')).json()).toHaveLength(1);
    expect(lines.filter(({ level }) => level === 'error')).toEqual([]);
  });

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/xml',
  ])('of the type %s are not taken', async (type) => {
    const { call } = await startRest();
    const answer = await call('stream/terminate', '{"name":"cam"}', { 'content-type': type });
    expect(answer.statusCode).toBe(415);
  });
});

describe('who may', () => {
  const tokens = [operatorToken, `viewer:${viewerToken}`];

  it.each([
    ['stream/find_all', undefined, [401, 404, 404]],
    ['stream/find', { name: 'x' }, [401, 404, 404]],
    ['stream/snapshot', { streamName: 'x' }, [401, 200, 200]],
    ['stream/terminate', { name: 'x' }, [401, 403, 404]],
    ['recorder/startup', { mediaSessionId: 'x' }, [401, 403, 501]],
    ['recorder/find_all', undefined, [401, 404, 404]],
    ['connection/find_all', undefined, [401, 404, 404]],
    ['connection/terminate', { sessionId: 'x' }, [401, 403, 404]],
    ['data/send', { sessionId: 'x', payload: 1 }, [401, 403, 404]],
    ['push/startup', {}, [401, 403, 501]],
    ['nothing', undefined, [401, 404, 404]],
  ])('call %s with %j: nobody, a viewer, an operator get %j', async (method, body, expected) => {
    const { call } = await startRest({}, { tokens });
    const statuses = [];
    for (const headers of [{}, bearer(viewerToken), basic('token', operatorToken)]) {
      statuses.push((await call(method, body, headers)).statusCode);
    }
    expect(statuses).toEqual(expected);
  });

  it('from a page: one of an allowed origin, after asking in advance', async () => {
    const origin = 'https://console.example.com';
    const { inject, call } = await startRest({}, { allowedOrigins: [origin] });
    const preflight = { origin, 'access-control-request-method': 'POST' };
    const asked = await inject({ method: 'OPTIONS', url: '/rest-api/stream/find', headers: preflight });
    expect([asked.statusCode, asked.headers['access-control-allow-origin']]).toEqual([204, origin]);
    const answer = await call('stream/find', { name: 'x' }, { origin });
    expect([answer.statusCode, answer.headers['access-control-allow-origin']]).toEqual([404, origin]);
    const foreign = await call('stream/terminate', { name: 'x' }, { origin: 'https://evil.example' });
    expect(foreign.statusCode).toBe(403);
  });
});

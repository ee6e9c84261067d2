import { type FastifyInstance, fastify } from 'fastify';
import { expect, onTestFinished, test } from 'vitest';
import { AdminGuard } from '../../../../src/admin/index.js';
import { createLogger } from '../../../../src/kit/index.js';
import { createStatistics } from '../../../../src/plugins/statistics/index.js';
import { configOf } from '../../../support/extensions.js';
import { Scrape } from '../../../support/metrics.js';
import { makeSources, mediaProcess, rate } from './support.js';

const token = 'viewer:0123456789abcdef0123';
const authorization = 'Bearer 0123456789abcdef0123';

async function setUp(settings: Readonly<Record<string, unknown>> = {}, tokens: readonly string[] = []) {
  const made = makeSources();
  const admin = { tokens, users: [], allowedOrigins: [], allowedHosts: [], trustedProxies: [] };
  const guard = new AdminGuard(admin, createLogger({ level: 'silent' }));
  const statistics = createStatistics(configOf(settings), made.sources, guard);
  const app: FastifyInstance = fastify();
  await app.register(async (scope) => statistics.routes.register(scope));
  app.get('/stat', (request, reply) => statistics.stat(request, reply));
  onTestFinished(async () => {
    statistics.close();
    await app.close();
  });
  const get = (url: string, headers: Record<string, string> = {}, remoteAddress = '127.0.0.1') =>
    app.inject({ url, headers: { host: 'localhost', ...headers }, remoteAddress });
  return { ...made, statistics, get };
}

const far = '203.0.113.9';

test.each([
  '/metrics',
  '/stat',
])('%s is for who may administer the server, unless it is open', async (url) => {
  const byDefault = await setUp();
  expect((await byDefault.get(url)).statusCode).toBe(200);
  expect((await byDefault.get(url, {}, far)).statusCode).toBe(403);
  // Through a proxy on this machine.
  expect((await byDefault.get(url, { 'x-forwarded-for': far })).statusCode).toBe(403);
  const guarded = await setUp({}, [token]);
  expect((await guarded.get(url)).statusCode).toBe(401);
  expect((await guarded.get(url, { authorization }, far)).statusCode).toBe(200);
  const open = await setUp({ 'metrics.access': 'open', 'statistics.access': 'open' }, [token]);
  expect((await open.get(url, {}, far)).statusCode).toBe(200);
});

test('there is no /metrics where it is turned off', async () => {
  const { get } = await setUp({ 'metrics.enabled': false });
  expect((await get('/metrics')).statusCode).toBe(404);
});

test('an open statistics page may be read by pages of any origin, a guarded one not', async () => {
  const open = await (await setUp({ 'statistics.access': 'open' })).get('/stat');
  expect(open.headers['access-control-allow-origin']).toBe('*');
  expect(open.headers['content-type']).toBe('text/plain; charset=utf-8');
  expect(open.body.split('\n')[0]).toBe('-----Connection Stats-----');
  const guarded = await (await setUp()).get('/stat?format=json&groups=core_stats&groups=port_stats');
  expect(guarded.headers['access-control-allow-origin']).toBeUndefined();
  // A list where a text is expected is as good as none.
  expect(Object.keys(guarded.json())).toHaveLength(6);
});

test('/ready says one word to everybody, and why to those who may know', async () => {
  const { state, get } = await setUp();
  expect(await get('/ready', {}, far).then(({ statusCode, body }) => [statusCode, body])).toEqual([
    200,
    '{"status":"ready"}',
  ]);
  state.processes = [mediaProcess({ serving: false })];
  const unready = await get('/ready', {}, far);
  expect([unready.statusCode, unready.json()]).toEqual([503, { status: 'unready' }]);
  expect((await get('/ready')).json()).toEqual({
    status: 'unready',
    reasons: ['media process 0 does not serve'],
  });
  // One of two is enough.
  state.processes = [mediaProcess(), mediaProcess({ index: 1, serving: false })];
  const less = await get('/ready');
  expect([less.statusCode, less.json()]).toEqual([
    200,
    { status: 'ready', reasons: ['media process 1 does not serve'] },
  ]);
  state.processes = [mediaProcess()];
  state.unready = ['the server is draining'];
  expect((await get('/ready')).json()).toEqual({ status: 'unready', reasons: ['the server is draining'] });
  state.processes = [];
  state.unready = [];
  expect((await get('/ready')).statusCode).toBe(503);
});

test('/metrics is read by a parser of the format, and has what happened', async () => {
  const { statistics, get, publish, play, state } = await setUp({ 'metrics.perStream': 1 });
  state.backends.push({ appKey: 'well', queued: 0, down: false }, { appKey: 'ill', queued: 7, down: true });
  const publisher = await publish({ name: 'a"\\\nb' });
  publisher.onStarted();
  publisher.onRate(rate(1, { nack: 3, pli: 2 }, { lost: 4, repeated: 1, roundTrip: 30 }));
  const player = await play({ name: 'a"\\\nb' });
  player.onStarted();
  player.onRate(rate(1, { pli: 1 }, { roundTrip: 80, firstFrame: 40 }));
  player.onRate(rate(2, { pli: 1 }, { roundTrip: 80, firstFrame: 40 }));
  await play({ mediaSessionId: 'p2', name: 'nobody' });
  (await publish({ mediaSessionId: 'pub-2', name: 'second' })).onStarted();
  statistics.onHook({ method: 'connect', outcome: 'accepted', seconds: 0.03 });
  for (let index = 0; index < 200; index += 1)
    statistics.onHook({ method: `m${index}`, outcome: 'failed', seconds: 1 });

  const response = await get('/metrics');
  expect(response.headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
  const scrape = new Scrape(response.body);
  expect(scrape.value('sluice_build_info', { version: '1.2.3', node: process.version })).toBe(1);
  expect(scrape.value('sluice_publishers', { audio: 'opus', video: 'H264' })).toBe(2);
  expect(scrape.value('sluice_viewers', { provider: 'WebRTC' })).toBe(1);
  expect(scrape.value('sluice_rtp_packets_total', { direction: 'in' })).toBe(100);
  expect(scrape.value('sluice_rtp_packets_total', { direction: 'out' })).toBe(200);
  expect(scrape.value('sluice_rtp_lost_packets_total', { direction: 'in' })).toBe(4);
  expect(scrape.value('sluice_rtp_nacked_packets_total', { direction: 'in' })).toBe(3);
  expect(scrape.value('sluice_rtp_repeated_packets_total', { direction: 'in' })).toBe(1);
  expect(scrape.value('sluice_key_frame_requests_total', { direction: 'in' })).toBe(2);
  expect(scrape.value('sluice_key_frame_requests_total', { direction: 'out' })).toBe(1);
  expect(scrape.value('sluice_media_sessions_started_total', { kind: 'play' })).toBe(1);
  const reason = 'Session does not exist';
  expect(scrape.value('sluice_media_sessions_refused_total', { kind: 'play', reason })).toBe(1);
  expect(scrape.histogram('sluice_round_trip_seconds')).toEqual({ count: 2, sum: 0.16 });
  expect(scrape.histogram('sluice_publisher_round_trip_seconds')).toEqual({ count: 1, sum: 0.03 });
  expect(scrape.histogram('sluice_join_seconds').count).toBe(1);
  expect(scrape.histogram('sluice_publish_seconds').count).toBe(2);
  expect(scrape.histogram('sluice_first_frame_seconds').count).toBe(1);
  expect(scrape.value('sluice_media_drops_total', { index: '0', kind: 'kernel' })).toBe(4);
  expect(scrape.value('sluice_media_drops_total', { kind: 'tcp_queue' })).toBe(8);
  expect(scrape.value('sluice_media_refused_total', { kind: 'viewer' })).toBe(3);
  expect(scrape.value('sluice_media_process_utilisation_ratio', { index: '0' })).toBe(0.25);
  expect(scrape.value('sluice_media_process_endpoints', { index: '0' })).toBe(3);
  expect(scrape.value('sluice_process_cpu_seconds_total', { role: 'control' })).toBeGreaterThan(0);
  expect(scrape.value('sluice_sessions_refused_total')).toBe(9);
  expect(scrape.value('sluice_egress_outputs', { kind: 'transcode' })).toBe(2);
  const hooks = 'sluice_hook_seconds_count';
  expect(response.body).toContain(`${hooks}{method="connect",outcome="accepted"} 1\n`);
  // Names of hooks and of streams are bounded.
  expect(response.body).toContain(`${hooks}{method="other",outcome="failed"} 137\n`);
  expect(scrape.family('sluice_stream_viewers')?.metrics).toHaveLength(1);
  expect(response.body).toContain('sluice_stream_viewers{stream="a\\"\\\\\\nb"} 1');
  for (const name of scrape.names) expect(scrape.family(name)?.help, name).not.toBe('');
  expect(scrape.value('sluice_hook_backend_up', { app_key: 'well' })).toBe(1);
  expect(scrape.value('sluice_hook_backend_up', { app_key: 'ill' })).toBe(0);
  expect(scrape.value('sluice_hook_queued_calls', { app_key: 'ill' })).toBe(7);
  // A second scrape counts nothing twice.
  const again = new Scrape((await get('/metrics')).body);
  expect(again.value('sluice_media_drops_total', { kind: 'kernel' })).toBe(4);
  expect(again.value('sluice_publishers')).toBe(2);
});

test('no name of a stream, session or client is a label by default', async () => {
  const { get, publish } = await setUp();
  const publisher = await publish({ name: 'secret-name', mediaSessionId: 'secret-id' });
  publisher.onStarted();
  publisher.onRate(rate(1));
  publisher.onFailed('ice-keep-alive');
  const { body } = await get('/metrics');
  expect(body).toContain(
    'sluice_media_sessions_ended_total{kind="publish",reason="Failed by ICE keep alive"} 1',
  );
  expect(body).not.toContain('secret');
});

test('a diagnosis is there for what is published, and for nothing else', async () => {
  const { statistics, publish } = await setUp();
  expect(statistics.diagnose('cam')).toBeNull();
  const publisher = await publish({ maxBitrate: 800 });
  expect(statistics.diagnose('cam')).toBeNull();
  publisher.onStarted();
  expect(statistics.diagnose('cam')).toEqual([]);
  for (let second = 1; second <= 3; second += 1) publisher.onRate(rate(second, {}, { lost: second * 10 }));
  expect(statistics.diagnose('cam')?.map(({ code }) => code)).toEqual(['publisher-loss', 'bitrate-cap']);
});

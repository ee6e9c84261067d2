import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type FastifyInstance, fastify } from 'fastify';
import { expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { AdminGuard, type AdminSettings } from '../../../../src/admin/index.js';
import { createLive } from '../../../../src/plugins/live/index.js';
import type { ServerMessage } from '../../../../src/plugins/live/messages.js';
import { addUpgrades } from '../../../../src/plugins/web/upgrades.js';
import { nobody, operatorToken, viewerToken } from '../../admin/support.js';
import { keptLog } from '../support/plugin-client.js';
import { Figures, startedAt } from './support.js';

async function startLive(settings: Partial<AdminSettings> = {}) {
  const { log, lines } = keptLog();
  const guard = new AdminGuard({ ...nobody, ...settings }, log);
  const sources = new Figures();
  const live = createLive({
    ...{ guard, sources, version: '1.2.3', startedAt, records: true },
    snapshots: async () => false,
    warnings: async () => ['it runs open'],
    wallClock: () => startedAt,
    clock: () => performance.now(),
  });
  const app: FastifyInstance = fastify();
  addUpgrades(app.server, [live.socket], log);
  await app.register(async (scope) => live.routes.register(scope));
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as AddressInfo;
  onTestFinished(async () => {
    live.close();
    await app.close();
  });
  const host = `127.0.0.1:${port}`;
  /** The status that it is refused with, or the socket. */
  const open = async (
    headers: Record<string, string> = {},
    protocols: string[] = [],
    path = '/api/v1/live',
  ) => {
    const socket = new WebSocket(`ws://${host}${path}`, protocols, { headers });
    const messages: ServerMessage[] = [];
    socket.on('message', (data) => messages.push(JSON.parse(String(data))));
    const refused = new Promise<number>((resolve) => {
      socket.on('unexpected-response', (_request, response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      });
    });
    const status = await Promise.race([once(socket, 'open').then(() => 101), refused]);
    return { status, socket, messages };
  };
  const status = async (...args: Parameters<typeof open>) => (await open(...args)).status;
  return { app, host, live, sources, lines, open, status };
}

/** As a page sends credentials. */
const subprotocols = (token: string) => [
  'sluice.live',
  `sluice.auth.${Buffer.from(`Bearer ${token}`).toString('base64url')}`,
];

test('says who watches what, then gives the past and all streams', async () => {
  const { open } = await startLive();
  const { socket, messages } = await open();
  await expect.poll(() => messages.length).toBeGreaterThanOrEqual(3);
  expect(messages.slice(0, 3)).toMatchObject([
    {
      ...{ type: 'hello', version: '1.2.3', startedAt, operator: true },
      abilities: { recording: true, snapshots: false },
      ...{ interval: 1000, historyLength: 300, warnings: ['it runs open'] },
    },
    { type: 'history', stream: null, step: 1000, series: { streams: expect.arrayContaining([0]) } },
    { type: 'figures', changed: [], ended: [], server: { sessions: 3 } },
  ]);
  socket.send('{"type":"watch","stream":"nowhere"}');
  await expect.poll(() => messages.map(({ type }) => type)).toContain('gone');
});

test('takes credentials in the header and in a subprotocol, and knows roles', async () => {
  const { open, status, lines } = await startLive({
    tokens: [operatorToken, `viewer:${viewerToken}`],
  });
  const byHeader = await open({ authorization: `Bearer ${operatorToken}` });
  const byProtocol = await open({}, subprotocols(viewerToken));
  expect([byHeader.status, byProtocol.status]).toEqual([101, 101]);
  expect(byProtocol.socket.protocol).toBe('sluice.live');
  for (const { messages } of [byHeader, byProtocol])
    await expect.poll(() => messages.length).toBeGreaterThan(0);
  expect(byHeader.messages[0]).toMatchObject({ operator: true });
  expect(byProtocol.messages[0]).toMatchObject({ operator: false });
  expect(await status()).toBe(401);
  expect(await status({}, ['sluice.live'])).toBe(401);
  expect(await status({}, subprotocols('another-token-0123456789'))).toBe(401);
  expect(await status({}, ['sluice.live', 'sluice.auth.'])).toBe(401);
  expect(await status({}, ['sluice.live', `sluice.auth.${'A'.repeat(9000)}`])).toBe(401);
  expect(lines.filter(({ msg }) => msg === 'administration refused')).toHaveLength(5);
  expect(JSON.stringify(lines)).not.toContain('another-token');
});

test('refuses pages of other origins, whoever is logged in there', async () => {
  const { host, status } = await startLive({
    tokens: [operatorToken],
    allowedOrigins: ['https://admin.example.com'],
  });
  const authorization = `Bearer ${operatorToken}`;
  const from = (origin: string, more: Record<string, string> = {}) =>
    status({ authorization, origin, ...more });
  expect(await from(`http://${host}`)).toBe(101);
  expect(await from('https://admin.example.com')).toBe(101);
  for (const origin of ['https://evil.example', 'null', `http://${host}.evil.example`, 'http://127.0.0.1:1'])
    expect(await from(origin), origin).toBe(403);
  expect(await status({ authorization, 'sec-fetch-site': 'cross-site' })).toBe(403);
});

test('without credentials only this machine, under its own name', async () => {
  const { status } = await startLive();
  expect(await status({ 'x-forwarded-for': '203.0.113.9' })).toBe(403);
  expect(await status({ host: 'evil.example' })).toBe(403);
  expect(await status({ host: 'evil.example', origin: 'http://evil.example' })).toBe(403);
});

test('has 32 pages at most', async () => {
  const { open, status } = await startLive();
  const all = await Promise.all(Array.from({ length: 33 }, () => open()));
  expect(all.map((one) => one.status).sort()).toEqual([...Array(32).fill(101), 503]);
  const [first] = all.filter((one) => one.status === 101);
  first!.socket.close();
  await once(first!.socket, 'close');
  expect(await status()).toBe(101);
});

test('closes on what is too long or no WebSocket any more, and goes on', async () => {
  const { open, status } = await startLive();
  const { socket } = await open();
  socket.send('x'.repeat(8193));
  expect((await once(socket, 'close'))[0]).toBe(1009);
  const broken = await open();
  (broken.socket as unknown as { _socket: { write(bytes: Buffer): void } })._socket.write(
    Buffer.from('ffff0000', 'hex'),
  );
  expect((await once(broken.socket, 'close'))[0]).toBe(1002);
  const binary = await open();
  binary.socket.send(Buffer.from('{"type":"watch","stream":"a"}'));
  await expect.poll(() => binary.messages.length).toBeGreaterThanOrEqual(3);
  expect(binary.messages.map(({ type }) => type)).not.toContain('gone');
  expect(await status()).toBe(101);
});

test('says goodbye when the server stops, and takes nobody any more', async () => {
  const { open, live, status } = await startLive();
  const { socket } = await open();
  live.close();
  expect((await once(socket, 'close'))[0]).toBe(1001);
  expect(await status()).toBe(503);
});

test('tells those who do not ask for a WebSocket that it is one', async () => {
  const { app } = await startLive();
  const headers = { host: 'localhost' };
  const answer = await app.inject({ url: '/api/v1/live', headers });
  expect([answer.statusCode, answer.headers.upgrade]).toEqual([426, 'websocket']);
  const foreign = await app.inject({
    url: '/api/v1/live',
    headers: { ...headers, origin: 'https://a.example' },
  });
  expect(foreign.statusCode).toBe(403);
});

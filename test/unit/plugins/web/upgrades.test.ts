import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { type FastifyInstance, fastify } from 'fastify';
import { expect, onTestFinished, test } from 'vitest';
import { addUpgrades, type SocketRoute } from '../../../../src/plugins/web/upgrades.js';
import { keptLog } from '../support/plugin-client.js';

const webSocket =
  'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n';

/** A server with one page, one form, and these sockets; `ask` sends a text and reads until the server closes. */
async function start(upgrade: SocketRoute['upgrade'] = async () => ({ status: 418, detail: 'No.' })) {
  const { log, lines } = keptLog();
  const app: FastifyInstance = fastify();
  app.get('/page', async ({ headers }) => `page for ${headers.upgrade}`);
  app.post('/form', async ({ body }) => body);
  addUpgrades(app.server, [{ path: '/live', upgrade }], log);
  await app.listen({ host: '127.0.0.1', port: 0 });
  onTestFinished(() => app.close());
  const { port } = app.server.address() as AddressInfo;
  const ask = (...parts: string[]) => {
    const socket = connect(port, '127.0.0.1');
    for (const part of parts) socket.write(part);
    return text(socket);
  };
  return { ask, port, lines };
}

const head = (line: string, more = '') => `${line} HTTP/1.1\r\nHost: localhost\r\n${more}\r\n`;

test('leads to the socket of a path, and tells what that refuses', async () => {
  const { ask } = await start(async ({ url }) => ({
    status: 503,
    detail: `Not ${url}.`,
    headers: { 'retry-after': '10' },
  }));
  const answer = await ask(head('GET /live?a=1', webSocket));
  expect(answer).toMatch(/^HTTP\/1\.1 503 Service Unavailable\r\n/);
  expect(answer).toContain('\r\nretry-after: 10\r\n');
  expect(JSON.parse(answer.split('\r\n\r\n')[1] ?? '')).toMatchObject({
    status: 503,
    detail: 'Not /live?a=1.',
  });
});

test.each(['/', '/live/', '/live%2f', '/Live', '//live', '*', '/page'])('refuses %s', async (path) => {
  const { ask } = await start();
  expect(await ask(head(`GET ${path}`, webSocket))).toMatch(/^HTTP\/1\.1 404 /);
});

test('a socket that fails is refused, and what went wrong is not told', async () => {
  const { ask, lines } = await start(async () => {
    throw new Error('the secret reason');
  });
  const answer = await ask(head('GET /live', webSocket));
  expect(answer).toMatch(/^HTTP\/1\.1 500 /);
  expect(answer).not.toContain('secret');
  expect(lines).toMatchObject([{ msg: 'a WebSocket could not be opened', path: '/live' }]);
});

test('a connection that has gone meanwhile is left alone', async () => {
  let go: (() => void) | undefined;
  const { lines } = await start(async (_request, socket) => {
    socket.destroy();
    go?.();
    return { status: 401, detail: 'No.' };
  }).then(async ({ ask, lines: told }) => {
    const gone = new Promise<void>((resolve) => {
      go = resolve;
    });
    await ask(head('GET /live', webSocket)).catch(() => '');
    await gone;
    return { lines: told };
  });
  expect(lines).toEqual([]);
});

test('whoever offers HTTP/2 is answered as if not, again and again', async () => {
  const { port } = await start();
  const socket = connect(port, '127.0.0.1').setEncoding('utf8');
  const offer = 'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAoAAA\r\n';
  const form = 'Content-Type: application/json\r\nContent-Length: 7\r\n';
  const say = async (...parts: string[]) => {
    for (const part of parts) socket.write(part);
    return String(await once(socket, 'data'));
  };
  expect(await say(`${head('POST /form', offer + form)}{"a`, '":1}')).toMatch(/ 200 OK[\s\S]*\{"a":1\}$/);
  expect(await say(head('GET /page', offer))).toMatch(/ 200 OK[\s\S]*page for undefined$/);
  const ended = once(socket, 'close');
  expect(await say(head('GET /page', 'Connection: close, Upgrade\r\nUpgrade: h2c\r\n'))).toMatch(
    / 200 OK[\s\S]*page for undefined$/,
  );
  await ended;
});

test('what is no header is refused as ever', async () => {
  const { ask } = await start();
  expect(
    await ask('GET /page HTTP/1.1\r\nUpgrade: h2c\r\nConnection: upgrade\r\nBad Header\r\n\r\n'),
  ).toMatch(/^HTTP\/1\.1 400 /);
});

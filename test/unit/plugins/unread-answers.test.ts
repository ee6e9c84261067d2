import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { type FastifyInstance, fastify } from 'fastify';
import { expect, it } from 'vitest';
import { createLogger } from '../../../src/kit/index.js';
import { buildWebApp } from '../../../src/plugins/web/app.js';
import { closeUnreadAnswers } from '../../../src/plugins/web/unread-answers.js';
import { configOf } from '../config/support.js';

const answers: Readable[] = [];

/** Answers without an end. */
async function addEndless(app: FastifyInstance): Promise<void> {
  app.get('/endless', (_request, reply) => {
    const answer = new Readable({ read: () => void answer.push(Buffer.alloc(65_536)) });
    answers.push(answer);
    return reply.send(answer);
  });
}

async function alone(): Promise<FastifyInstance> {
  const app = fastify();
  closeUnreadAnswers(app);
  await addEndless(app);
  return app;
}

async function webServer(): Promise<FastifyInstance> {
  const consoleDir = mkdtempSync(join(tmpdir(), 'sluice-unread-'));
  for (const page of ['index.html', '404.html']) writeFileSync(join(consoleDir, page), '<title>page</title>');
  const log = createLogger({ level: 'silent' });
  const routes = [{ register: addEndless }];
  const app = await buildWebApp({ config: configOf({}), log, consoleDir, wsPort: 1, version: '1', routes });
  app.addHook('onClose', async () => rmSync(consoleDir, { recursive: true }));
  return app;
}

it.each([
  ['alone', alone],
  ['in the web server', webServer],
])('closes every answer of a client that asks for several, reads none, and goes: %s', async (_name, make) => {
  answers.length = 0;
  const app = await make();
  await app.listen({ host: '127.0.0.1', port: 0 });
  const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1');
  socket.pause().on('error', () => {});
  await once(socket, 'connect');
  socket.write('GET /endless HTTP/1.1\r\nHost: localhost\r\n\r\n'.repeat(12));
  // As many as Node reads ahead.
  while (answers.length < 2) await setImmediate();
  socket.destroy();
  await expect.poll(() => answers.filter(({ destroyed }) => !destroyed).length, { timeout: 5000 }).toBe(0);
  await app.close();
});

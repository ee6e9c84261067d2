import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { fastify } from 'fastify';
import { expect, it } from 'vitest';
import { closeUnreadAnswers } from '../../../src/plugins/web/unread-answers.js';

it('closes every answer of a client that asks for several, reads none, and goes', async () => {
  const app = fastify();
  const answers: Readable[] = [];
  closeUnreadAnswers(app);
  app.get('/', (_request, reply) => {
    const answer = new Readable({ read: () => void answer.push(Buffer.alloc(65_536)) });
    answers.push(answer);
    return reply.send(answer);
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1');
  socket.pause().on('error', () => {});
  await once(socket, 'connect');
  socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'.repeat(12));
  // As many as Node reads ahead.
  while (answers.length < 2) await setImmediate();
  socket.destroy();
  await expect.poll(() => answers.filter(({ destroyed }) => !destroyed).length, { timeout: 5000 }).toBe(0);
  await app.close();
});

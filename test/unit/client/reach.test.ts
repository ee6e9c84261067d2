import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { connectivityCheck, reachOverTcp, reachOverUdp } from '../../../src/client/index.js';
import { answerTo } from './answer-to.js';

const password = 'secret';

/** A UDP port that answers what comes by what `answer` makes of it. */
async function udpPort(answer: (request: Buffer) => Buffer): Promise<number> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  onTestFinished(() => void socket.close());
  socket.on('message', (request, { port, address }) => socket.send(answer(request), port, address));
  await once(socket, 'listening');
  return socket.address().port;
}

it('takes the answer to its own check alone for one', async () => {
  const check = connectivityCheck('a:b', password);
  const good = await udpPort((request) => answerTo(request, password));
  expect(await reachOverUdp('127.0.0.1', good, check, password, 10_000)).toBeGreaterThan(0);
  for (const bad of [
    (request: Buffer) => answerTo(request, 'another'),
    () => answerTo(connectivityCheck('a:b', password), password),
    () => Buffer.alloc(1),
  ]) {
    expect(await reachOverUdp('127.0.0.1', await udpPort(bad), check, password, 300)).toBeNull();
  }
});

it('knows an open TCP port from a closed one', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  expect(await reachOverTcp('127.0.0.1', port, 10_000)).toBeGreaterThan(0);
  await new Promise((done) => server.close(done));
  expect(await reachOverTcp('127.0.0.1', port, 10_000)).toBeNull();
});

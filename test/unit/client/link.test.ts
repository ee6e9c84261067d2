import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { openLink } from '../../../src/client/link.js';

async function tcpLink() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const received: string[] = [];
  const waiting = new Set<() => void>();
  const link = openLink({ protocol: 'tcp', address: '127.0.0.1', port }, (bytes) => {
    received.push(bytes.toString());
    for (const wake of waiting) wake();
  });
  const [socket] = (await once(server, 'connection')) as [Socket];
  onTestFinished(() => {
    link.close();
    socket.destroy();
    server.close();
  });
  const until = (count: number) =>
    new Promise<void>((resolve) => {
      waiting.add(() => received.length >= count && resolve());
    });
  return { link, socket, received, until };
}

it('sends and takes datagrams over TCP, however they are cut', async () => {
  const { link, socket, received, until } = await tcpLink();
  const three = until(3);
  const frames = Buffer.from('\0\x02ab\0\x01c\0\x03def');
  socket.write(frames.subarray(0, 1));
  socket.write(frames.subarray(1, 6));
  socket.write(frames.subarray(6));
  await three;
  expect(received).toEqual(['ab', 'c', 'def']);
  const came = once(socket, 'data');
  link.send(Buffer.from('hello'));
  expect(String((await came)[0])).toBe('\0\x05hello');
});

it('ends where a datagram is longer than any', async () => {
  const { socket } = await tcpLink();
  const closed = once(socket, 'close');
  socket.on('error', () => {});
  socket.write(Buffer.from([0x40, 0x00, 1]));
  await closed;
});

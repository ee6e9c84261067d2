import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, it } from 'vitest';
import { freeMediaPorts, freeTcpPort } from '../../../bench/lib/ports.mjs';

const host = '127.0.0.1';

it('finds ports in a row that UDP and TCP can both have', async () => {
  const first = await freeMediaPorts(3);
  for (let port = first; port < first + 3; port += 1) {
    const socket = createSocket('udp4').bind(port, host);
    const server = createServer().listen(port, host);
    await Promise.all([once(socket, 'listening'), once(server, 'listening')]);
    socket.close();
    server.close();
  }
});

it('finds a TCP port', async () => {
  const server = createServer().listen(await freeTcpPort(), host);
  await once(server, 'listening');
  server.close();
});

it('gives up when there cannot be so many', async () => {
  await expect(freeMediaPorts(65_000)).rejects.toThrow('in a row');
});

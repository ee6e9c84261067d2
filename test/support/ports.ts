import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';

const HIGHEST_TEST_PORT = 32_000;
const LOWEST_TEST_PORT = 20_000;

/**
 * The first of `count` consecutive ports that, of UDP and of TCP, were free a moment ago, below the kernel's ephemeral range so that
 * no client socket takes one in between.
 */
export async function freeMediaPorts(count: number, host = '127.0.0.1'): Promise<number> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const first =
      LOWEST_TEST_PORT + Math.floor(Math.random() * (HIGHEST_TEST_PORT - LOWEST_TEST_PORT - count));
    const free = await Promise.all(Array.from({ length: count }, (_, index) => isFree(first + index, host)));
    if (free.every(Boolean)) return first;
  }
  throw new Error(`no ${count} consecutive free ports found`);
}

async function isFree(port: number, host: string): Promise<boolean> {
  return (await isUdpPortFree(port, host)) && (await isTcpPortFree(port, host));
}

async function isTcpPortFree(port: number, host: string): Promise<boolean> {
  const server = createServer();
  const bound = await new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, host, () => resolve(true));
  });
  if (bound) await new Promise<void>((resolve) => server.close(() => resolve()));
  return bound;
}

async function isUdpPortFree(port: number, host: string): Promise<boolean> {
  const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
  const bound = await new Promise<boolean>((resolve) => {
    socket.once('error', () => resolve(false));
    socket.bind(port, host, () => resolve(true));
  });
  await new Promise<void>((resolve) => socket.close(() => resolve()));
  return bound;
}

import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';

const LOWEST_TEST_PORT = 20_000;
const PORTS_PER_WORKER = 3000;
/** Of those test files that run side by side, as many have ports of their own. */
const MOST_WORKERS = 4;
/** Those of this file: what is free may be about to be used by a test that runs at the same time. */
const given = new Set<number>();

/**
 * The first of `count` consecutive ports that, of UDP and of TCP, were free a moment ago, below the kernel's ephemeral
 * range so that no client socket takes one in between. Nor does a test that runs at the same time: each of Vitest's workers
 * has a range of its own, and no file gets a port twice.
 */
export async function freeMediaPorts(count: number, host = '127.0.0.1'): Promise<number> {
  const worker = (Number(process.env.VITEST_POOL_ID ?? 1) - 1) % MOST_WORKERS;
  const lowest = LOWEST_TEST_PORT + worker * PORTS_PER_WORKER;
  for (let attempt = 0; attempt < 100; attempt++) {
    const first = lowest + Math.floor(Math.random() * (PORTS_PER_WORKER - count));
    const ports = Array.from({ length: count }, (_, index) => first + index);
    if (ports.some((port) => given.has(port))) continue;
    for (const port of ports) given.add(port);
    const free = await Promise.all(ports.map((port) => isFree(port, host)));
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

import { createSocket } from 'node:dgram';

const HIGHEST_TEST_PORT = 32_000;
const LOWEST_TEST_PORT = 20_000;

/**
 * The first of `count` consecutive UDP ports that were free a moment ago, below the kernel's ephemeral range so that
 * no client socket takes one in between.
 */
export async function freeUdpPorts(count: number, host = '127.0.0.1'): Promise<number> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const first =
      LOWEST_TEST_PORT + Math.floor(Math.random() * (HIGHEST_TEST_PORT - LOWEST_TEST_PORT - count));
    const free = await Promise.all(
      Array.from({ length: count }, (_, index) => isUdpPortFree(first + index, host)),
    );
    if (free.every(Boolean)) return first;
  }
  throw new Error(`no ${count} consecutive free UDP ports found`);
}

async function isUdpPortFree(port: number, host: string): Promise<boolean> {
  const socket = createSocket('udp4');
  const bound = await new Promise<boolean>((resolve) => {
    socket.once('error', () => resolve(false));
    socket.bind(port, host, () => resolve(true));
  });
  await new Promise<void>((resolve) => socket.close(() => resolve()));
  return bound;
}

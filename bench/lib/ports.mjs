// Loopback ports that were free a moment ago.
import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';

const host = '127.0.0.1';

/** @returns {Promise<number>} */
export async function freeUdpPort() {
  const socket = createSocket('udp4');
  await new Promise((done, reject) => socket.once('error', reject).bind(0, host, () => done(undefined)));
  const { port } = socket.address();
  await new Promise((done) => socket.close(() => done(undefined)));
  return port;
}

/** @returns {Promise<number>} */
export async function freeTcpPort() {
  const server = createServer();
  await new Promise((done, reject) => server.once('error', reject).listen(0, host, () => done(undefined)));
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  await new Promise((done) => server.close(() => done(undefined)));
  return port;
}

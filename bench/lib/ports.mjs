// Loopback ports that were free a moment ago.
import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';

const host = '127.0.0.1';
const attempts = 50;

/** @returns {Promise<number>} for TCP */
export async function freeTcpPort() {
  const port = await tcp(0);
  if (port === null) throw new Error('no TCP port is free');
  return port;
}

/**
 * The first of `count` ports in a row that are free for both UDP and TCP, as media processes want them.
 *
 * @param {number} count
 * @returns {Promise<number>}
 */
export async function freeMediaPorts(count) {
  for (let attempt = 0; attempt < attempts; attempt++) {
    const first = await udp(0);
    if (first !== null && (await areFree(first, count))) return first;
  }
  throw new Error(`no ${count} ports in a row are free`);
}

async function areFree(first, count) {
  if (first + count > 65_536) return false;
  for (let port = first; port < first + count; port++) {
    if ((await udp(port)) === null || (await tcp(port)) === null) return false;
  }
  return true;
}

/** The port, when it could be had; null otherwise. */
async function udp(wanted) {
  const socket = createSocket('udp4');
  const bound = await new Promise((done) => {
    socket.once('error', () => done(false)).bind(wanted, host, () => done(true));
  });
  const port = bound ? socket.address().port : null;
  await new Promise((done) => socket.close(() => done(undefined)));
  return port;
}

async function tcp(wanted) {
  const server = createServer();
  const bound = await new Promise((done) => {
    server.once('error', () => done(false)).listen(wanted, host, () => done(true));
  });
  if (!bound) return null;
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  await new Promise((done) => server.close(() => done(undefined)));
  return port;
}

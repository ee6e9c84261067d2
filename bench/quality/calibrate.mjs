// What the link emulator adds by itself: datagrams through it and beside it, to the same echo.
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { PeerProcess } from '../lib/peer-process.mjs';

const host = '127.0.0.1';
const pings = 200;
const pause = 5;
const size = 1200;
/** Of the emulated path there and back, ms; not a whole number, as a timer would like. */
const delay = 10.3;
const callTimeout = 5000;

/**
 * @returns {Promise<{ relayed: number, delayed: number }>} ms one way that it adds, medians: to a path without delay, and
 *   beyond the delay that was asked for
 */
export async function calibrate() {
  const emulator = new PeerProcess('link.mjs');
  const call = (method, params) => emulator.call(method, params, callTimeout);
  const [echo, pinger] = await Promise.all([openSocket(), openSocket()]);
  echo.on('message', (data, { port }) => echo.send(data, port, host));
  try {
    const { port } = await call('listen', { seed: 1 });
    await call('serve', { port: echo.address().port });
    await call('open', { name: 'ping', profile: { up: {}, down: {} } });
    const direct = await roundTrip(pinger, echo.address().port);
    const relayed = await roundTrip(pinger, port);
    await call('change', { name: 'ping', profile: { up: { delay }, down: { delay } } });
    const delayed = await roundTrip(pinger, port);
    return { relayed: (relayed - direct) / 2, delayed: (delayed - direct) / 2 - delay };
  } finally {
    echo.close();
    pinger.close();
    await emulator.close();
  }
}

/** The median of many, ms. */
async function roundTrip(socket, port) {
  const times = [];
  for (let count = 0; count < pings; count++) {
    const answer = once(socket, 'message');
    const sentAt = performance.now();
    socket.send(Buffer.alloc(size), port, host);
    await answer;
    times.push(performance.now() - sentAt);
    await sleep(pause);
  }
  return times.sort((one, other) => one - other)[pings / 2];
}

async function openSocket() {
  const socket = createSocket('udp4');
  socket.bind(0, host);
  await once(socket, 'listening');
  return socket;
}

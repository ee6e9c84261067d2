import { createSocket } from 'node:dgram';
import { connect } from 'node:net';
import { isCheckAnswer, transactionOf } from './connectivity-check.js';

/** A lost request is repeated after this, ms. */
const repeatAfter = 250;

/**
 * How long a media port takes to answer a connectivity check over UDP, ms; null when it does not.
 * @param password that the check was signed with
 */
export async function reachOverUdp(
  address: string,
  port: number,
  check: Buffer,
  password: string,
  ms: number,
): Promise<number | null> {
  const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
  const startedAt = performance.now();
  const timers: NodeJS.Timeout[] = [];
  try {
    return await new Promise((resolve) => {
      // The system cannot even send there.
      socket.on('error', () => resolve(null));
      socket.on('message', (answer) => {
        if (isCheckAnswer(answer, password) && transactionOf(answer) === transactionOf(check))
          resolve(performance.now() - startedAt);
      });
      const send = () => socket.send(check, port, address, (error) => error && resolve(null));
      timers.push(
        setInterval(send, repeatAfter),
        setTimeout(() => resolve(null), ms),
      );
      send();
    });
  } finally {
    for (const timer of timers) clearTimeout(timer);
    socket.close();
  }
}

/** How long a port takes to accept a connection, ms; null when it does not. */
export function reachOverTcp(address: string, port: number, ms: number): Promise<number | null> {
  const startedAt = performance.now();
  return new Promise((resolve) => {
    const socket = connect({ host: address, port });
    const end = (took: number | null) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(took);
    };
    const timer = setTimeout(() => end(null), ms);
    socket.once('connect', () => end(performance.now() - startedAt));
    socket.on('error', () => end(null));
  });
}

import { createHmac, randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { connect } from 'node:net';
import { crc32 } from '../../kit/index.js';

const cookie = 0x2112a442;
const bindingRequest = 0x0001;
const bindingSuccess = 0x0101;
const fingerprintMask = 0x5354554e;
/** A lost request is repeated after this, ms. */
const repeatAfter = 250;

/** A connectivity check of a controlling agent (RFC 8445 section 7.1, RFC 8489). */
export function connectivityCheck(username: string, password: string): Buffer {
  const attributes = [
    attribute(0x0006, Buffer.from(username)),
    attribute(0x0024, Buffer.from([0x6e, 0xff, 0xff, 0xff])), // PRIORITY of a host candidate
    attribute(0x802a, randomBytes(8)), // ICE-CONTROLLING
  ];
  const header = Buffer.alloc(8);
  header.writeUInt16BE(bindingRequest, 0);
  header.writeUInt32BE(cookie, 4);
  let message = Buffer.concat([header, randomBytes(12), ...attributes]);
  // Both cover a length that counts themselves already.
  const add = (type: number, length: number, value: (covered: Buffer) => Buffer) => {
    message.writeUInt16BE(message.length - 20 + 4 + length, 2);
    message = Buffer.concat([message, attribute(type, value(message))]);
  };
  add(0x0008, 20, (covered) => createHmac('sha1', password).update(covered).digest());
  add(0x8028, 4, (covered) => {
    const value = Buffer.alloc(4);
    value.writeUInt32BE((crc32(covered, 0, covered.length) ^ fingerprintMask) >>> 0);
    return value;
  });
  return message;
}

/** How long a media port takes to answer a connectivity check over UDP, ms; null when it does not. */
export async function reachOverUdp(
  address: string,
  port: number,
  check: Buffer,
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
        const isAnswer = answer.length >= 20 && answer.readUInt16BE(0) === bindingSuccess;
        if (isAnswer && answer.subarray(8, 20).equals(check.subarray(8, 20)))
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

function attribute(type: number, value: Buffer): Buffer {
  const header = Buffer.alloc(4);
  header.writeUInt16BE(type, 0);
  header.writeUInt16BE(value.length, 2);
  return Buffer.concat([header, value, Buffer.alloc(-value.length & 3)]);
}

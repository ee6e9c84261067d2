import type { Server, Socket } from 'node:net';
import { isIPv6 } from 'node:net';

/** An address without a zone, and IPv4 as itself where IPv6 carries it (RFC 4291 section 2.5.5.2). */
export function plainAddress(address: string): string {
  return address.replace(/%.*$/, '').replace(/^::ffff:(?=\d+\.)/i, '');
}

/** The part of an address that one party has: all of IPv4, the /64 of IPv6 (RFC 6177). */
export function networkOf(address: string): string {
  const plain = plainAddress(address);
  if (!isIPv6(plain)) return plain;
  const [head = '', tail] = plain.split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail ? tail.split(':') : [];
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length);
  return [...before, ...Array<string>(zeros).fill('0'), ...after].slice(0, 4).join(':');
}

/** What `limitConnections` counts. */
export interface ConnectionCount {
  /** A connection has become something that is counted elsewhere. */
  forget(socket: Socket): void;
  /** Networks of which there are connections. */
  readonly networks: number;
}

/**
 * Cuts off connections of a network beyond so many at the same time, so that nobody alone has all that a server takes.
 *
 * @param exempt of an address: not to be counted
 */
export function limitConnections(
  server: Server,
  most: number,
  exempt: (address: string) => boolean = () => false,
): ConnectionCount {
  const perNetwork = new Map<string, number>();
  /** By both ends, since a TLS socket is another object than the one that it came in on. */
  const counted = new Map<string, string>();
  const leave = (key: string) => {
    const network = counted.get(key);
    if (network === undefined) return;
    counted.delete(key);
    const left = (perNetwork.get(network) ?? 1) - 1;
    if (left > 0) perNetwork.set(network, left);
    else perNetwork.delete(network);
  };
  server.on('connection', (socket: Socket) => {
    const address = socket.remoteAddress ?? '';
    if (exempt(plainAddress(address))) return;
    const network = networkOf(address);
    const count = perNetwork.get(network) ?? 0;
    if (count >= most) {
      socket.destroy();
      return;
    }
    const key = endsOf(socket);
    perNetwork.set(network, count + 1);
    counted.set(key, network);
    socket.once('close', () => leave(key));
  });
  return {
    forget: (socket) => leave(endsOf(socket)),
    get networks() {
      return perNetwork.size;
    },
  };
}

function endsOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}

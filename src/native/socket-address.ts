import { isIPv4, isIPv6 } from 'node:net';
import { type Arena, baseOf } from './arena.js';
import { libc } from './libc.js';
import { AF_INET, AF_INET6, SIZEOF_SOCKADDR_IN6 } from './linux.js';

/** Room for either form of a socket address, bytes, a multiple of 8. */
export const SOCKET_ADDRESS_SIZE = 32;

export type AddressFamily = 'IPv4' | 'IPv6';

export interface SocketAddress {
  /** IPv4 in dotted form, also when it came IPv4-mapped on an IPv6 socket; IPv6 as RFC 5952 writes it, roughly. */
  readonly address: string;
  readonly port: number;
}

/**
 * Writes a `sockaddr_in` or, for an IPv6 socket, a `sockaddr_in6` (an IPv4 address then in its mapped form).
 *
 * @returns false when `address` is no IP address that a socket of that family can name
 */
export function writeSocketAddress(
  arena: Arena,
  offset: number,
  family: AddressFamily,
  address: string,
  port: number,
): boolean {
  arena.check(offset, SOCKET_ADDRESS_SIZE);
  if (!(Number.isInteger(port) && port >= 0 && port <= 65_535)) return false;
  arena.u8.fill(0, offset, offset + SOCKET_ADDRESS_SIZE);
  arena.view.setUint16(offset + 2, port, false);
  const target = baseOf(arena) + offset;
  if (family === 'IPv4') {
    arena.view.setUint16(offset, AF_INET, true);
    return isIPv4(address) && libc().inet_pton(AF_INET, address, target + 4) === 1;
  }
  arena.view.setUint16(offset, AF_INET6, true);
  const text = isIPv4(address) ? `::ffff:${address}` : address;
  return isIPv6(text) && !text.includes('%') && libc().inet_pton(AF_INET6, text, target + 8) === 1;
}

/** Reads what `writeSocketAddress` or the kernel wrote; null for another family. */
export function readSocketAddress(arena: Arena, offset: number): SocketAddress | null {
  arena.check(offset, SIZEOF_SOCKADDR_IN6);
  const { u8, view } = arena;
  const port = view.getUint16(offset + 2, false);
  const family = view.getUint16(offset, true);
  if (family === AF_INET) return { address: u8.subarray(offset + 4, offset + 8).join('.'), port };
  if (family !== AF_INET6) return null;
  const at = offset + 8;
  if (view.getUint32(at) === 0 && view.getUint32(at + 4) === 0 && view.getUint32(at + 8) === 0xffff) {
    return { address: u8.subarray(at + 12, at + 16).join('.'), port };
  }
  const groups = Array.from({ length: 8 }, (_, index) => view.getUint16(at + 2 * index).toString(16));
  return { address: new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1), port };
}

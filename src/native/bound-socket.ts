import { type Arena, baseOf } from './arena.js';
import { errnoName, lastErrno, libc } from './libc.js';
import * as linux from './linux.js';
import { BindFault } from './native-fault.js';
import {
  readSocketAddress,
  SOCKET_ADDRESS_SIZE,
  type SocketAddress,
  writeSocketAddress,
} from './socket-address.js';

/** Where to bind. */
export interface BindOptions {
  /** IP address; `::` serves IPv4 as well. */
  readonly address: string;
  /** 0 lets the kernel choose. */
  readonly port: number;
}

/**
 * Opens a socket and binds it.
 *
 * @param scratch room for two socket addresses
 * @param type `SOCK_UDP` or `SOCK_TCP`
 * @returns its descriptor, the caller's to close
 * @throws BindFault with the errno's name (`EADDRINUSE`, `EADDRNOTAVAIL`, `EACCES`), or `EINVAL` for a bad address
 */
export function openBound(arena: Arena, scratch: number, type: number, options: BindOptions): number {
  const { address, port } = options;
  const isIpv6 = address.includes(':');
  if (!writeSocketAddress(arena, scratch, isIpv6 ? 'IPv6' : 'IPv4', address, port)) {
    throw bindFault(type, options, 'EINVAL', 'not an IP address and port');
  }
  const c = libc();
  const descriptor = c.socket(isIpv6 ? linux.AF_INET6 : linux.AF_INET, type, 0);
  if (descriptor < 0) throw bindFault(type, options);
  if (isIpv6) setOption(arena, scratch, descriptor, linux.IPPROTO_IPV6, linux.IPV6_V6ONLY, 0);
  // For TCP alone: a port whose old connections linger can be bound again, one that somebody listens on cannot.
  if (type === linux.SOCK_TCP) setOption(arena, scratch, descriptor, linux.SOL_SOCKET, linux.SO_REUSEADDR, 1);
  const length = isIpv6 ? linux.SIZEOF_SOCKADDR_IN6 : linux.SIZEOF_SOCKADDR_IN;
  if (c.bind(descriptor, baseOf(arena) + scratch, length) === 0) return descriptor;
  const fault = bindFault(type, options);
  c.close(descriptor);
  throw fault;
}

/** Sets an option that is an int. @param scratch room for two socket addresses, the first of which is left alone */
export function setOption(
  arena: Arena,
  scratch: number,
  descriptor: number,
  level: number,
  option: number,
  value: number,
): boolean {
  const target = scratch + SOCKET_ADDRESS_SIZE;
  arena.view.setInt32(target, value, true);
  return libc().setsockopt(descriptor, level, option, baseOf(arena) + target, 4) === 0;
}

/** Where the kernel bound a socket. @param scratch room for two socket addresses */
export function localAddress(arena: Arena, scratch: number, descriptor: number): SocketAddress | null {
  const address = baseOf(arena) + scratch;
  arena.view.setUint32(scratch + SOCKET_ADDRESS_SIZE, SOCKET_ADDRESS_SIZE, true);
  if (libc().getsockname(descriptor, address, address + SOCKET_ADDRESS_SIZE) !== 0) return null;
  return readSocketAddress(arena, scratch);
}

/** What the C call made just before says, as a fault. */
export function bindFault(
  type: number,
  { address, port }: BindOptions,
  code = errnoName(lastErrno()),
  reason = code,
): BindFault {
  const protocol = type === linux.SOCK_TCP ? 'TCP' : 'UDP';
  const where = address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
  return new BindFault(code, `Cannot bind ${protocol} ${where}: ${reason}`, protocol, port);
}

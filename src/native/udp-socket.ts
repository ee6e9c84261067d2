import { type Arena, baseOf } from './arena.js';
import { errnoName, type Libc, lastErrno, libc } from './libc.js';
import * as linux from './linux.js';
import { NativeFault } from './native-fault.js';
import {
  type AddressFamily,
  readSocketAddress,
  SOCKET_ADDRESS_SIZE,
  type SocketAddress,
  writeSocketAddress,
} from './socket-address.js';

export interface UdpSocketOptions {
  /** IP address to bind; `::` serves IPv4 as well. */
  readonly address: string;
  /** 0 lets the kernel choose. */
  readonly port: number;
  /** Wanted size of the kernel's receive buffer, bytes. */
  readonly receiveBuffer?: number;
  /** Wanted size of the kernel's send buffer, bytes. */
  readonly sendBuffer?: number;
}

const DEFAULT_BUFFER = 4 * 2 ** 20;

/** A bound, non-blocking UDP socket. */
export class UdpSocket {
  readonly family: AddressFamily;
  /** Where the kernel bound it. */
  readonly local: SocketAddress;
  /** Bytes the kernel granted, which the system's `net.core.rmem_max` may keep below what was asked for. */
  readonly receiveBuffer: number;
  /** Bytes the kernel granted; limited by `net.core.wmem_max`. */
  readonly sendBuffer: number;
  readonly #arena: Arena;
  readonly #libc: Libc = libc();
  #descriptor = -1;

  /** @throws NativeFault with the errno's name (`EADDRINUSE`, `EADDRNOTAVAIL`, `EACCES`), or `EINVAL` for a bad address */
  constructor(arena: Arena, options: UdpSocketOptions) {
    this.#arena = arena;
    this.family = options.address.includes(':') ? 'IPv6' : 'IPv4';
    const where =
      this.family === 'IPv6' ? `[${options.address}]:${options.port}` : `${options.address}:${options.port}`;
    const scratch = arena.require(2 * SOCKET_ADDRESS_SIZE);
    try {
      if (!writeSocketAddress(arena, scratch, this.family, options.address, options.port)) {
        throw new NativeFault('EINVAL', `Cannot bind ${where}: not an IP address and port`);
      }
      const domain = this.family === 'IPv6' ? linux.AF_INET6 : linux.AF_INET;
      this.#descriptor = this.#libc.socket(domain, linux.SOCK_UDP, 0);
      if (this.#descriptor < 0) throw bindFault(where);
      if (this.family === 'IPv6') this.#set(scratch, linux.IPPROTO_IPV6, linux.IPV6_V6ONLY, 0);
      if (this.#libc.bind(this.#descriptor, baseOf(arena) + scratch, this.addressLength) !== 0) {
        throw bindFault(where);
      }
      this.#set(scratch, linux.SOL_SOCKET, linux.SO_RXQ_OVFL, 1);
      this.receiveBuffer = this.#grow(
        scratch,
        linux.SO_RCVBUF,
        linux.SO_RCVBUFFORCE,
        options.receiveBuffer ?? DEFAULT_BUFFER,
      );
      this.sendBuffer = this.#grow(
        scratch,
        linux.SO_SNDBUF,
        linux.SO_SNDBUFFORCE,
        options.sendBuffer ?? DEFAULT_BUFFER,
      );
      this.local = this.#readLocal(scratch) ?? { address: options.address, port: options.port };
    } catch (fault) {
      this.close();
      throw fault;
    } finally {
      arena.release(scratch);
    }
  }

  /** The file descriptor, for a `Poller`; -1 once closed. */
  get descriptor(): number {
    return this.#descriptor;
  }

  /** Bytes of a socket address of this family, as `sendmmsg` wants to know. */
  get addressLength(): number {
    return this.family === 'IPv6' ? linux.SIZEOF_SOCKADDR_IN6 : linux.SIZEOF_SOCKADDR_IN;
  }

  /** Idempotent. */
  close(): void {
    if (this.#descriptor >= 0) this.#libc.close(this.#descriptor);
    this.#descriptor = -1;
  }

  /** `scratch` has room for an address, then for an option's value. */
  #set(scratch: number, level: number, option: number, value: number): boolean {
    const target = scratch + SOCKET_ADDRESS_SIZE;
    this.#arena.view.setInt32(target, value, true);
    return this.#libc.setsockopt(this.#descriptor, level, option, baseOf(this.#arena) + target, 4) === 0;
  }

  /** The kernel doubles the size asked for, to cover its own bookkeeping, and reports the double. */
  #grow(scratch: number, option: number, forced: number, wanted: number): number {
    if (!this.#set(scratch, linux.SOL_SOCKET, forced, wanted)) {
      this.#set(scratch, linux.SOL_SOCKET, option, wanted);
    }
    const { view } = this.#arena;
    const address = baseOf(this.#arena) + scratch;
    view.setUint32(scratch + 8, 4, true);
    const result = this.#libc.getsockopt(this.#descriptor, linux.SOL_SOCKET, option, address, address + 8);
    return result === 0 ? view.getInt32(scratch, true) / 2 : 0;
  }

  #readLocal(scratch: number): SocketAddress | null {
    const { view } = this.#arena;
    const address = baseOf(this.#arena) + scratch;
    view.setUint32(scratch + SOCKET_ADDRESS_SIZE, SOCKET_ADDRESS_SIZE, true);
    if (this.#libc.getsockname(this.#descriptor, address, address + SOCKET_ADDRESS_SIZE) !== 0) return null;
    return readSocketAddress(this.#arena, scratch);
  }
}

function bindFault(where: string): NativeFault {
  const name = errnoName(lastErrno());
  return new NativeFault(name, `Cannot bind ${where}: ${name}`);
}

import { type Arena, baseOf } from './arena.js';
import { type BindOptions, localAddress, openBound, setOption } from './bound-socket.js';
import { type Libc, libc } from './libc.js';
import * as linux from './linux.js';
import { type AddressFamily, SOCKET_ADDRESS_SIZE, type SocketAddress } from './socket-address.js';

export interface UdpSocketOptions extends BindOptions {
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
  #drops = 0;

  /** @throws BindFault with the errno's name (`EADDRINUSE`, `EADDRNOTAVAIL`, `EACCES`), or `EINVAL` for a bad address */
  constructor(arena: Arena, options: UdpSocketOptions) {
    this.#arena = arena;
    this.family = options.address.includes(':') ? 'IPv6' : 'IPv4';
    const scratch = arena.require(2 * SOCKET_ADDRESS_SIZE);
    try {
      this.#descriptor = openBound(arena, scratch, linux.SOCK_UDP, options);
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
      this.local = localAddress(arena, scratch, this.#descriptor) ?? options;
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

  /**
   * Asks how many datagrams the kernel has dropped since the socket was opened, nearly all because its buffer was full
   * (mod 2^32). One system call: for once a second, not for each datagram.
   */
  countDrops(): number {
    const { view } = this.#arena;
    const info = this.#arena.require(linux.SIZEOF_MEMINFO + 4);
    const length = info + linux.SIZEOF_MEMINFO;
    view.setUint32(length, linux.SIZEOF_MEMINFO, true);
    const base = baseOf(this.#arena);
    const { SOL_SOCKET, SO_MEMINFO } = linux;
    const result = this.#libc.getsockopt(
      this.#descriptor,
      SOL_SOCKET,
      SO_MEMINFO,
      base + info,
      base + length,
    );
    if (result === 0) this.#drops = view.getUint32(info + linux.MEMINFO_DROPS, true);
    this.#arena.release(info);
    return this.#drops;
  }

  /** Idempotent. */
  close(): void {
    if (this.#descriptor >= 0) this.#libc.close(this.#descriptor);
    this.#descriptor = -1;
  }

  #set(scratch: number, level: number, option: number, value: number): boolean {
    return setOption(this.#arena, scratch, this.#descriptor, level, option, value);
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
}

import { type Arena, baseOf } from './arena.js';
import { type BindOptions, bindFault, localAddress, openBound, setOption } from './bound-socket.js';
import { type Libc, lastErrno, libc } from './libc.js';
import * as linux from './linux.js';
import { SOCKET_ADDRESS_SIZE, type SocketAddress } from './socket-address.js';
import { TcpStream } from './tcp-stream.js';

/** Connections the kernel keeps until they are taken. */
const BACKLOG = 256;
/** Unsent bytes in the kernel above which a stream takes no more: what waits there can no longer be dropped. */
const UNSENT = 65_536;
/** How long a peer may leave what was sent to it unread or unanswered before the kernel gives it up, ms. */
const UNANSWERED = 10_000;

/** A listening, non-blocking TCP socket. */
export class TcpListener {
  /** Where the kernel bound it. */
  readonly local: SocketAddress;
  readonly #arena: Arena;
  readonly #libc: Libc = libc();
  readonly #scratch: number;
  #descriptor = -1;
  #closed = false;

  /** @throws BindFault with the errno's name (`EADDRINUSE`, `EADDRNOTAVAIL`, `EACCES`), or `EINVAL` for a bad address */
  constructor(arena: Arena, options: BindOptions) {
    this.#arena = arena;
    this.#scratch = arena.require(2 * SOCKET_ADDRESS_SIZE);
    try {
      this.#descriptor = openBound(arena, this.#scratch, linux.SOCK_TCP, options);
      if (this.#libc.listen(this.#descriptor, BACKLOG) !== 0) throw bindFault(linux.SOCK_TCP, options);
      this.local = localAddress(arena, this.#scratch, this.#descriptor) ?? options;
    } catch (fault) {
      this.close();
      throw fault;
    }
  }

  /** The file descriptor; -1 once closed. */
  get descriptor(): number {
    return this.#descriptor;
  }

  /**
   * Takes a connection that waits, without blocking. Small writes to it leave at once, and it takes no more of them when
   * the network does not keep up.
   *
   * @param source 32 bytes of room for the socket address it comes from
   * @returns null when none waits; `exhausted` when the system has no descriptors or memory for it, and goes on waiting
   */
  accept(source: number): TcpStream | 'exhausted' | null {
    this.#arena.check(source, SOCKET_ADDRESS_SIZE);
    if (this.#closed) return null;
    const base = baseOf(this.#arena);
    for (;;) {
      this.#arena.view.setUint32(this.#scratch, SOCKET_ADDRESS_SIZE, true);
      const descriptor = this.#libc.accept4(
        this.#descriptor,
        base + source,
        base + this.#scratch,
        linux.SOCK_ACCEPTED,
      );
      if (descriptor >= 0) {
        this.#tune(descriptor);
        return new TcpStream(this.#arena, descriptor);
      }
      const errno = lastErrno();
      if (errno === linux.EAGAIN) return null;
      // One that has ended already takes nothing from those behind it.
      if (errno !== linux.EINTR && errno !== linux.ECONNABORTED && errno !== linux.EPROTO) return 'exhausted';
    }
  }

  /** Idempotent. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#descriptor >= 0) this.#libc.close(this.#descriptor);
    this.#descriptor = -1;
    this.#arena.release(this.#scratch);
  }

  #tune(descriptor: number): void {
    const set = (option: number, value: number) =>
      setOption(this.#arena, this.#scratch, descriptor, linux.IPPROTO_TCP, option, value);
    set(linux.TCP_NODELAY, 1);
    set(linux.TCP_NOTSENT_LOWAT, UNSENT);
    set(linux.TCP_USER_TIMEOUT, UNANSWERED);
  }
}

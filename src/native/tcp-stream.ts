import { type Arena, baseOf } from './arena.js';
import { type Libc, lastErrno, libc } from './libc.js';
import * as linux from './linux.js';

/** One end of a TCP connection, non-blocking. */
export class TcpStream {
  readonly #arena: Arena;
  readonly #libc: Libc = libc();
  #descriptor: number;

  /** @param descriptor of a connected, non-blocking socket; it now belongs to this */
  constructor(arena: Arena, descriptor: number) {
    this.#arena = arena;
    this.#descriptor = descriptor;
  }

  /** The file descriptor; -1 once closed. */
  get descriptor(): number {
    return this.#descriptor;
  }

  /** Reads what is there, at most `room` bytes. @returns how many; 0 for none yet; -1 when the connection is over */
  receive(offset: number, room: number): number {
    this.#arena.check(offset, room);
    for (;;) {
      const read = this.#libc.recv(this.#descriptor, baseOf(this.#arena) + offset, room, linux.MSG_DONTWAIT);
      if (read > 0) return read;
      if (read === 0) return -1;
      const errno = lastErrno();
      if (errno === linux.EAGAIN) return 0;
      if (errno !== linux.EINTR) return -1;
    }
  }

  /** Writes as much as the kernel takes. @returns how many bytes; 0 for none now; -1 when the connection is over */
  send(offset: number, length: number): number {
    this.#arena.check(offset, length);
    for (;;) {
      const flags = linux.MSG_DONTWAIT | linux.MSG_NOSIGNAL;
      const sent = this.#libc.send(this.#descriptor, baseOf(this.#arena) + offset, length, flags);
      if (sent >= 0) return sent;
      const errno = lastErrno();
      if (errno === linux.EAGAIN) return 0;
      if (errno !== linux.EINTR) return -1;
    }
  }

  /** Sends nothing more: the peer is told, behind what was sent. */
  end(): void {
    if (this.#descriptor >= 0) this.#libc.shutdown(this.#descriptor, linux.SHUT_WR);
  }

  /** Idempotent. */
  close(): void {
    if (this.#descriptor >= 0) this.#libc.close(this.#descriptor);
    this.#descriptor = -1;
  }
}

import type { Arena, TcpStream } from '../native/index.js';

const HEADER = 2;

/** `blocked`: the kernel takes no more for now. `broken`: the connection is over. */
export type FlushResult = 'empty' | 'blocked' | 'broken';

/**
 * Datagrams on their way into a TCP connection, framed (RFC 4571 section 2). What has been queued goes out whole and in
 * order; what finds the queue full is refused whole. Memory is held only while something waits.
 */
export class FrameQueue {
  readonly #arena: Arena;
  readonly #capacity: number;
  #block = -1;
  #head = 0;
  #tail = 0;

  /** @param capacity bytes that may wait, headers included */
  constructor(arena: Arena, capacity: number) {
    this.#arena = arena;
    this.#capacity = capacity;
  }

  /** Bytes that wait. */
  get size(): number {
    return this.#tail - this.#head;
  }

  /** Queues a copy of a datagram of up to 65,535 bytes. @returns false when there is no room for all of it */
  add(offset: number, length: number): boolean {
    const { u8, view } = this.#arena;
    const framed = HEADER + length;
    if (this.size + framed > this.#capacity) return false;
    if (this.#block < 0) {
      this.#block = this.#arena.allocate(this.#capacity);
      if (this.#block < 0) return false;
    }
    if (this.#tail + framed > this.#capacity) this.#moveToFront();
    const at = this.#block + this.#tail;
    view.setUint16(at, length, false);
    u8.copyWithin(at + HEADER, offset, offset + length);
    this.#tail += framed;
    return true;
  }

  /** Writes as much as the kernel takes. */
  flush(stream: Pick<TcpStream, 'send'>): FlushResult {
    while (this.#head < this.#tail) {
      const sent = stream.send(this.#block + this.#head, this.#tail - this.#head);
      if (sent < 0) return 'broken';
      if (sent === 0) return 'blocked';
      this.#head += sent;
    }
    this.close();
    return 'empty';
  }

  /** Forgets what waits. */
  close(): void {
    if (this.#block >= 0) this.#arena.release(this.#block);
    this.#block = -1;
    this.#head = 0;
    this.#tail = 0;
  }

  #moveToFront(): void {
    this.#arena.u8.copyWithin(this.#block, this.#block + this.#head, this.#block + this.#tail);
    this.#tail -= this.#head;
    this.#head = 0;
  }
}

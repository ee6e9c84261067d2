import { type Arena, baseOf, writePointer } from './arena.js';
import { type Libc, libc } from './libc.js';
import * as linux from './linux.js';
import { SOCKET_ADDRESS_SIZE } from './socket-address.js';
import type { UdpSocket } from './udp-socket.js';

/** Datagrams that one call reads at most. */
export const INBOX_BATCH = 64;
const SLOT = 2048;

/**
 * A batch of received datagrams: 64 slots of 2048 bytes that `recvmmsg` fills in one call.
 *
 * What is in a slot, its source address included, lasts until the next `receive`.
 */
export class Inbox {
  readonly #arena: Arena;
  readonly #libc: Libc = libc();
  readonly #messages: number;
  readonly #vectors: number;
  readonly #sources: number;
  readonly #slots: number;
  #count = 0;
  #open = true;

  /** @throws NativeFault `memory` */
  constructor(arena: Arena) {
    this.#arena = arena;
    this.#messages = arena.require(INBOX_BATCH * linux.SIZEOF_MMSGHDR);
    this.#vectors = arena.require(INBOX_BATCH * linux.SIZEOF_IOVEC);
    this.#sources = arena.require(INBOX_BATCH * SOCKET_ADDRESS_SIZE);
    this.#slots = arena.require(INBOX_BATCH * SLOT);
    arena.u8.fill(0, this.#messages, this.#messages + INBOX_BATCH * linux.SIZEOF_MMSGHDR);
    for (let index = 0; index < INBOX_BATCH; index++) {
      const message = this.#messages + index * linux.SIZEOF_MMSGHDR;
      const vector = this.#vectors + index * linux.SIZEOF_IOVEC;
      writePointer(arena, message + linux.MSG_NAME, this.source(index));
      writePointer(arena, message + linux.MSG_IOV, vector);
      arena.view.setUint32(message + linux.MSG_IOVLEN, 1, true);
      writePointer(arena, vector + linux.IOV_BASE, this.offset(index));
      arena.view.setUint32(vector + linux.IOV_LEN, SLOT, true);
      arena.view.setUint32(vector + linux.IOV_LEN + 4, 0, true);
    }
    this.#rearm(INBOX_BATCH);
  }

  /** Arena offset of datagram `index`. @throws RangeError when there is no such slot */
  offset(index: number): number {
    checkIndex(index);
    return this.#slots + index * SLOT;
  }

  /** Bytes in datagram `index`; 0 when it was longer than a slot and lost its end. */
  length(index: number): number {
    checkIndex(index);
    const word = (this.#messages + index * linux.SIZEOF_MMSGHDR) >> 2;
    const { i32 } = this.#arena;
    const flags = i32[word + (linux.MSG_FLAGS >> 2)] as number;
    return (flags & linux.MSG_TRUNC) !== 0 ? 0 : (i32[word + (linux.MSG_LEN >> 2)] as number);
  }

  /** Arena offset of the socket address that datagram `index` came from. */
  source(index: number): number {
    checkIndex(index);
    return this.#sources + index * SOCKET_ADDRESS_SIZE;
  }

  /**
   * Reads what waits on the socket, at most 64 datagrams, without blocking.
   *
   * @returns how many slots are filled; 0 also when the kernel reported an error
   */
  receive(socket: UdpSocket): number {
    if (!this.#open) return 0;
    this.#rearm(this.#count);
    const messages = baseOf(this.#arena) + this.#messages;
    this.#count = Math.max(
      0,
      this.#libc.recvmmsg(socket.descriptor, messages, INBOX_BATCH, linux.MSG_DONTWAIT, 0),
    );
    return this.#count;
  }

  /** Idempotent; nothing is read afterwards. */
  close(): void {
    if (!this.#open) return;
    this.#open = false;
    for (const block of [this.#messages, this.#vectors, this.#sources, this.#slots]) {
      this.#arena.release(block);
    }
  }

  /** The kernel shortens the lengths of addresses to what it wrote; `recvmmsg` leaves the messages behind `count` alone. */
  #rearm(count: number): void {
    const { i32 } = this.#arena;
    let word = this.#messages >> 2;
    for (let index = 0; index < count; index++) {
      i32[word + (linux.MSG_NAMELEN >> 2)] = SOCKET_ADDRESS_SIZE;
      i32[word + (linux.MSG_FLAGS >> 2)] = 0;
      word += linux.SIZEOF_MMSGHDR >> 2;
    }
  }
}

function checkIndex(index: number): void {
  if (!((index | 0) === index && index >= 0 && index < INBOX_BATCH)) {
    throw new RangeError(`An inbox has no datagram ${index}`);
  }
}

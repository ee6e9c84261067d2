import { type Arena, writePointer } from './arena.js';
import * as linux from './linux.js';

const CONTROL = 32;

/**
 * The C structs of one `sendmmsg` call: an mmsghdr, an iovec and a UDP_SEGMENT control message for each message,
 * filled in once as far as possible. To queue a message is to write seven words, to extend one is to write one.
 */
export class MessageTable {
  readonly #arena: Arena;
  readonly #base: number;
  readonly #messages: number;
  readonly #vectors: number;
  readonly #controls: number;

  /**
   * @param base address of the arena
   * @throws NativeFault `memory`
   */
  constructor(arena: Arena, base: number, capacity: number, addressLength: number) {
    this.#arena = arena;
    this.#base = base;
    this.#messages = arena.require(capacity * linux.SIZEOF_MMSGHDR);
    this.#vectors = arena.require(capacity * linux.SIZEOF_IOVEC);
    this.#controls = arena.require(capacity * CONTROL);
    arena.u8.fill(0, this.#messages, this.#messages + capacity * linux.SIZEOF_MMSGHDR);
    arena.u8.fill(0, this.#vectors, this.#vectors + capacity * linux.SIZEOF_IOVEC);
    arena.u8.fill(0, this.#controls, this.#controls + capacity * CONTROL);
    for (let index = 0; index < capacity; index++) {
      const message = this.#messages + index * linux.SIZEOF_MMSGHDR;
      const control = this.#controls + index * CONTROL;
      arena.view.setUint32(message + linux.MSG_NAMELEN, addressLength, true);
      writePointer(arena, message + linux.MSG_IOV, this.#vectors + index * linux.SIZEOF_IOVEC);
      arena.view.setUint32(message + linux.MSG_IOVLEN, 1, true);
      writePointer(arena, message + linux.MSG_CONTROL, control);
      arena.view.setUint32(control + linux.CMSG_LEN, linux.CMSG_DATA + 2, true);
      arena.view.setUint32(control + linux.CMSG_LEVEL, linux.SOL_UDP, true);
      arena.view.setUint32(control + linux.CMSG_TYPE, linux.UDP_SEGMENT, true);
    }
  }

  /** Address of message `index`. */
  pointer(index: number): number {
    return this.#base + this.#messages + index * linux.SIZEOF_MMSGHDR;
  }

  /** Makes message `index` one datagram of `length` bytes at `offset`. */
  set(index: number, addressOffset: number, offset: number, length: number): void {
    const { i32 } = this.#arena;
    const message = (this.#messages + index * linux.SIZEOF_MMSGHDR) >> 2;
    const vector = (this.#vectors + index * linux.SIZEOF_IOVEC) >> 2;
    const name = this.#base + addressOffset;
    const data = this.#base + offset;
    i32[message + (linux.MSG_NAME >> 2)] = name;
    i32[message + (linux.MSG_NAME >> 2) + 1] = name / 2 ** 32;
    i32[message + (linux.MSG_CONTROLLEN >> 2)] = 0;
    i32[vector + (linux.IOV_BASE >> 2)] = data;
    i32[vector + (linux.IOV_BASE >> 2) + 1] = data / 2 ** 32;
    i32[vector + (linux.IOV_LEN >> 2)] = length;
  }

  /** Makes message `index` `length` bytes long, cut by the kernel into datagrams of `segment` bytes. */
  extend(index: number, length: number, segment: number): void {
    const { i32 } = this.#arena;
    i32[(this.#vectors + index * linux.SIZEOF_IOVEC + linux.IOV_LEN) >> 2] = length;
    i32[(this.#messages + index * linux.SIZEOF_MMSGHDR + linux.MSG_CONTROLLEN) >> 2] = linux.CMSG_SPACE;
    i32[(this.#controls + index * CONTROL + linux.CMSG_DATA) >> 2] = segment;
  }

  close(): void {
    for (const block of [this.#messages, this.#vectors, this.#controls]) this.#arena.release(block);
  }
}

import { type Arena, baseOf } from './arena.js';
import { errnoName, type Libc, lastErrno, libc } from './libc.js';
import * as linux from './linux.js';
import { NativeFault } from './native-fault.js';

const BATCH = 64;

/**
 * Which of many descriptors have input, or room for output: `epoll(7)`, level-triggered. Its own descriptor has input
 * while one of them is ready, so that a `Poller` waits for all of them as one.
 *
 * Each descriptor goes by two whole numbers of the caller's. Closing a descriptor takes it out, but a batch that was
 * read before may still name it: that is what the second number is for.
 */
export class Readiness {
  readonly #arena: Arena;
  readonly #libc: Libc = libc();
  readonly #events: number;
  readonly #entry: number;
  #descriptor: number;

  /** @throws NativeFault `memory`, or with the errno's name */
  constructor(arena: Arena) {
    this.#arena = arena;
    this.#events = arena.require(BATCH * linux.SIZEOF_EPOLL_EVENT);
    this.#entry = arena.require(linux.SIZEOF_EPOLL_EVENT);
    this.#descriptor = this.#libc.epoll_create1(linux.EPOLL_CLOEXEC);
    if (this.#descriptor >= 0) return;
    const name = errnoName(lastErrno());
    this.#release();
    throw new NativeFault(name, `Cannot wait for connections: ${name}`);
  }

  /** For a `Poller`; -1 once closed. */
  get descriptor(): number {
    return this.#descriptor;
  }

  /** Watches a descriptor for input. @param key a whole number below 2^31 @param generation the same */
  add(descriptor: number, key: number, generation: number): boolean {
    return this.#control(linux.EPOLL_CTL_ADD, descriptor, key, generation, linux.EPOLLIN);
  }

  /** Watches for input, and for room to write as well or no longer. */
  change(descriptor: number, key: number, generation: number, writing: boolean): boolean {
    const events = writing ? linux.EPOLLIN | linux.EPOLLOUT : linux.EPOLLIN;
    return this.#control(linux.EPOLL_CTL_MOD, descriptor, key, generation, events);
  }

  /** Watches it no longer. */
  remove(descriptor: number): void {
    this.#control(linux.EPOLL_CTL_DEL, descriptor, 0, 0, 0);
  }

  /** Looks which are ready, without waiting. @returns how many, at most 64; those left out come first next time */
  look(): number {
    if (this.#descriptor < 0) return 0;
    return Math.max(0, this.#libc.epoll_wait(this.#descriptor, baseOf(this.#arena) + this.#events, BATCH, 0));
  }

  key(index: number): number {
    return this.#arena.view.getInt32(this.#at(index) + linux.EPOLL_DATA, true);
  }

  generation(index: number): number {
    return this.#arena.view.getInt32(this.#at(index) + linux.EPOLL_DATA + 4, true);
  }

  /** Whether there is something to read: input, an end or an error. */
  readable(index: number): boolean {
    return (this.#arena.view.getUint32(this.#at(index), true) & ~linux.EPOLLOUT) !== 0;
  }

  writable(index: number): boolean {
    return (this.#arena.view.getUint32(this.#at(index), true) & linux.EPOLLOUT) !== 0;
  }

  /** Idempotent. */
  close(): void {
    if (this.#descriptor < 0) return;
    this.#libc.close(this.#descriptor);
    this.#descriptor = -1;
    this.#release();
  }

  /** @throws RangeError when a batch has no such place */
  #at(index: number): number {
    if (!((index | 0) === index && index >= 0 && index < BATCH)) {
      throw new RangeError(`There is no event ${index} in a batch`);
    }
    return this.#events + index * linux.SIZEOF_EPOLL_EVENT;
  }

  #control(operation: number, descriptor: number, key: number, generation: number, events: number): boolean {
    if (this.#descriptor < 0) return false;
    const { view } = this.#arena;
    view.setUint32(this.#entry, events, true);
    view.setInt32(this.#entry + linux.EPOLL_DATA, key, true);
    view.setInt32(this.#entry + linux.EPOLL_DATA + 4, generation, true);
    return (
      this.#libc.epoll_ctl(this.#descriptor, operation, descriptor, baseOf(this.#arena) + this.#entry) === 0
    );
  }

  #release(): void {
    this.#arena.release(this.#events);
    this.#arena.release(this.#entry);
  }
}

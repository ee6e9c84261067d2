import { type Arena, baseOf } from './arena.js';
import { type Libc, libc } from './libc.js';
import { POLLIN, SIZEOF_POLLFD } from './linux.js';

const EVENTS = 4;
const RETURNED = 6;
const MOST = 64;

/** Waits for input on a few descriptors: the media loop's sockets, and the control channel of the process. */
export class Poller {
  readonly #arena: Arena;
  readonly #libc: Libc = libc();
  readonly #block: number;
  readonly #count: number;
  #open = true;

  /**
   * @param descriptors at most 64 open descriptors
   * @throws NativeFault `memory`
   */
  constructor(arena: Arena, descriptors: readonly number[]) {
    if (descriptors.length > MOST) throw new RangeError(`More than ${MOST} descriptors to wait for`);
    this.#arena = arena;
    this.#count = descriptors.length;
    this.#block = arena.require(MOST * SIZEOF_POLLFD);
    descriptors.forEach((descriptor, index) => {
      const entry = this.#block + index * SIZEOF_POLLFD;
      arena.view.setInt32(entry, descriptor, true);
      arena.view.setInt16(entry + EVENTS, POLLIN, true);
      arena.view.setInt16(entry + RETURNED, 0, true);
    });
  }

  /**
   * Blocks the thread until a descriptor has input, or an error to report, or the time is up.
   *
   * @param timeout ms, rounded up; 0 only looks
   * @returns how many are ready; 0 also when a signal ended the wait
   */
  wait(timeout: number): number {
    if (!this.#open) return 0;
    // To C what is no number would be for ever.
    const limit = timeout > 0 ? Math.min(60_000, Math.ceil(timeout)) : 0;
    return Math.max(0, this.#libc.poll(baseOf(this.#arena) + this.#block, this.#count, limit));
  }

  /**
   * Blocks the thread whatever comes, but for signals.
   *
   * @param time ms, less than a second
   */
  pause(time: number): void {
    if (time > 0) this.#libc.usleep(Math.min(999_999, Math.ceil(time * 1000)));
  }

  /** Whether descriptor `index` had something at the last `wait`. */
  ready(index: number): boolean {
    if (!(this.#open && Number.isInteger(index) && index >= 0 && index < this.#count)) return false;
    return this.#arena.view.getInt16(this.#block + index * SIZEOF_POLLFD + RETURNED, true) !== 0;
  }

  /** Idempotent; nothing is waited for afterwards. */
  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#arena.release(this.#block);
  }
}

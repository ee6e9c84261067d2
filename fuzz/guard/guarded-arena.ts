import { baseOf } from '../../src/native/arena.js';
import { Arena } from '../../src/native/index.js';
import { libc } from '../../src/native/libc.js';
import { GUARD, PROT_NONE } from '../../src/native/linux.js';

/**
 * An arena whose blocks end where a page without access begins, and have one in front, as far as alignment lets them:
 * whoever goes over a block's end by a byte, in JavaScript, OpenSSL or the kernel, ends the process (the kernel: gets an
 * error). What was released has no access any more, and is never given out again.
 */
export class GuardedArena extends Arena {
  /** Ends of the blocks' pages, by offset of the block. */
  readonly #pages = new Map<number, { readonly start: number; readonly end: number }>();
  #top = GUARD;

  override allocate(size: number): number {
    if (!Number.isInteger(size) || size <= 0) return -1;
    const start = this.#top + GUARD;
    const end = start + Math.ceil(size / GUARD) * GUARD;
    if (end + GUARD > this.size) return -1;
    this.#forbid(this.#top, start);
    this.#forbid(end, end + GUARD);
    this.#top = end;
    // The structs of C want multiples of 8.
    const offset = end - Math.ceil(size / 8) * 8;
    this.#pages.set(offset, { start, end });
    return offset;
  }

  override release(offset: number): void {
    const pages = this.#pages.get(offset);
    if (!pages) throw new RangeError(`No live block at offset ${offset}`);
    this.#pages.delete(offset);
    this.#forbid(pages.start, pages.end);
  }

  /** Blocks that are not released. */
  get live(): number {
    return this.#pages.size;
  }

  #forbid(start: number, end: number): void {
    if (libc().mprotect(baseOf(this) + start, end - start, PROT_NONE) !== 0) throw new Error('mprotect');
  }
}

import type { Arena } from '../native/index.js';

const HEADER = 2;

/** What `FrameReader.next` says when it has no frame. */
export const NO_FRAME = -1;
export const FRAME_TOO_LONG = -2;

/**
 * Cuts what a TCP connection brings into the datagrams that were put in: each behind its length in two bytes, the first
 * the higher one (RFC 4571 section 2). They are read where they lie; only the beginning of one whose end has not come
 * yet is kept, so that a quiet connection holds no memory.
 */
export class FrameReader {
  /** Where the frame that `next` found lies. */
  offset = 0;
  readonly #arena: Arena;
  #longest: number;
  #kept = -1;
  #keptLength = 0;
  #at = 0;
  #end = 0;

  /** @param longest bytes of a frame that are allowed */
  constructor(arena: Arena, longest: number) {
    this.#arena = arena;
    this.#longest = longest;
  }

  /** Allows longer frames from now on. */
  allow(longest: number): void {
    this.#longest = longest;
  }

  /** Writes at `buffer` what was kept, at most `longest` + 1 bytes. @returns where what comes next belongs */
  resume(buffer: number): number {
    if (this.#keptLength > 0) this.#arena.u8.copyWithin(buffer, this.#kept, this.#kept + this.#keptLength);
    return buffer + this.#keptLength;
  }

  /** Begins to cut the bytes between two offsets. */
  take(start: number, end: number): void {
    this.#drop();
    this.#at = start;
    this.#end = end;
  }

  /** @returns the length of the next whole frame, at `offset`; else `NO_FRAME` or `FRAME_TOO_LONG` */
  next(): number {
    const at = this.#at;
    if (this.#end - at < HEADER) return NO_FRAME;
    const length = this.#arena.view.getUint16(at, false);
    if (length > this.#longest) return FRAME_TOO_LONG;
    if (this.#end - at < HEADER + length) return NO_FRAME;
    this.offset = at + HEADER;
    this.#at = this.offset + length;
    return length;
  }

  /** Keeps what is left when there is no whole frame any more. @returns false when there is no memory to */
  keep(): boolean {
    const length = this.#end - this.#at;
    if (length === 0) return true;
    this.#kept = this.#arena.allocate(HEADER + this.#longest);
    if (this.#kept < 0) return false;
    this.#arena.u8.copyWithin(this.#kept, this.#at, this.#end);
    this.#keptLength = length;
    return true;
  }

  close(): void {
    this.#drop();
  }

  #drop(): void {
    if (this.#kept >= 0) this.#arena.release(this.#kept);
    this.#kept = -1;
    this.#keptLength = 0;
  }
}

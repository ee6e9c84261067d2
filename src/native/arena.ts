import koffi from 'koffi';
import type { Memory } from '../kit/index.js';
import { BlockAllocator } from '../kit/index.js';
import { errnoName, lastErrno, libc } from './libc.js';
import {
  GUARD,
  MADV_DONTNEED,
  MADV_HUGEPAGE,
  MAP_ARENA,
  MAP_FAILED,
  PAGE,
  PROT_NONE,
  PROT_READ_WRITE,
} from './linux.js';
import { NativeFault } from './native-fault.js';

const DEFAULT_SIZE = 2 ** 30;
const LARGEST_SIZE = 2 ** 31 - PAGE;

/**
 * Where the arena is asked to be: below 2 GiB a pointer is a small integer to V8, which saves a heap number for each
 * pointer passed to C (measured: 5 to 10 % of an SRTP seal). Only a hint: the kernel puts it elsewhere when taken.
 */
const LOW_ADDRESS = 0x4000_0000 - GUARD;

/** The first page belongs to no block: no block has offset 0. */
const FIRST_BLOCK = PAGE;
/** Where the ciphers keep the parameters they all share, 256 bytes. */
export const SHARED_PARAMETERS = 0;
const SCRATCH = 256;

let readBase: (arena: Arena) => number;

/**
 * One region of unmanaged memory for all packet data, outside the garbage collector, that never moves.
 *
 * Its pages are committed when they are first touched, and a page without access lies at either end. Everything that
 * crosses to C is an offset into it, checked here, so that neither a pointer nor an overrun leaves this room.
 */
export class Arena implements Memory {
  readonly u8: Uint8Array;
  readonly view: DataView;
  /** The same bytes as 32-bit words in this machine's order, for the structs of C. */
  readonly i32: Int32Array;
  readonly size: number;
  /**
   * Offset of 256 bytes for what is needed only until the next call into this room: IVs, associated data, digests.
   * Shared by all, and therefore always in the processor's cache.
   */
  readonly scratch = SCRATCH;
  readonly #base: number;
  readonly #blocks: BlockAllocator;

  static {
    readBase = (arena) => arena.#base;
  }

  /**
   * @param size bytes, rounded up to whole pages, below 2 GiB; virtual until touched
   * @throws NativeFault `platform`, `symbols`, or the errno's name when the kernel refuses the mapping
   */
  constructor(size: number = DEFAULT_SIZE) {
    const rounded = Math.ceil(size / GUARD) * GUARD;
    if (!(size > 0 && rounded <= LARGEST_SIZE)) throw new RangeError(`Arena size ${size} is not in 1..2 GiB`);
    const c = libc();
    const start = c.mmap(LOW_ADDRESS, rounded + 2 * GUARD, PROT_NONE, MAP_ARENA, -1, 0);
    if (start === MAP_FAILED || c.mprotect(start + GUARD, rounded, PROT_READ_WRITE) !== 0) {
      const name = errnoName(lastErrno());
      throw new NativeFault(name, `Cannot map ${rounded} bytes of memory: ${name}; lower the arena size`);
    }
    // Packets of many streams lie far apart: with small pages each costs a walk through the page tables. A kernel
    // without large ones says no, and nothing is lost.
    c.madvise(start + GUARD, rounded, MADV_HUGEPAGE);
    this.size = rounded;
    this.#base = start + GUARD;
    this.#blocks = new BlockAllocator(FIRST_BLOCK, rounded);
    const buffer = koffi.view(BigInt(this.#base), rounded);
    this.u8 = new Uint8Array(buffer);
    this.view = new DataView(buffer);
    this.i32 = new Int32Array(buffer);
  }

  /** Bytes in allocated blocks. */
  get used(): number {
    return this.#blocks.used;
  }

  /**
   * Allocates a block, aligned to its size class (64 bytes to 4096). Its content is whatever was there before:
   * zeroing is the caller's business.
   *
   * @returns its offset, or -1 when the arena is exhausted
   */
  allocate(size: number): number {
    return this.#blocks.allocate(size);
  }

  /**
   * Allocates a block for something that lives as long as the process can work at all.
   *
   * @throws NativeFault `memory` when the arena is exhausted
   */
  require(size: number): number {
    const offset = this.allocate(size);
    if (offset < 0)
      throw new NativeFault('memory', `The arena of ${this.size} bytes is full; raise its size`);
    return offset;
  }

  /** Returns a block. @throws RangeError when `offset` is not a live block's */
  release(offset: number): void {
    this.#blocks.release(offset);
  }

  /**
   * Every range that goes to C passes here.
   *
   * @throws RangeError when it is not inside the arena, or its ends are no whole numbers
   */
  check(offset: number, length: number): void {
    // An arena is smaller than 2^31: what is no such whole number is another number as 32 bits.
    const whole = (offset | 0) === offset && (length | 0) === length;
    if (!(whole && offset >= 0 && length >= 0 && offset + length <= this.size)) {
      throw new RangeError(`${length} bytes at ${offset} are outside the arena`);
    }
  }

  /**
   * Gives the pages back to the kernel. The address range stays reserved, so that a view somebody still holds reads
   * zeros instead of ending the process.
   */
  close(): void {
    libc().madvise(this.#base, this.size, MADV_DONTNEED);
  }
}

/** The address of the arena's first byte. Not exported by the room. */
export function baseOf(arena: Arena): number {
  return readBase(arena);
}

/** Writes the address of the arena's byte `target` at `offset`, as C stores a pointer. */
export function writePointer(arena: Arena, offset: number, target: number): void {
  const address = readBase(arena) + target;
  arena.view.setUint32(offset, address % 2 ** 32, true);
  arena.view.setUint32(offset + 4, address / 2 ** 32, true);
}

/** Writes `text` and a terminating zero. @returns bytes written */
export function writeText(arena: Arena, offset: number, text: string): number {
  const bytes = Buffer.from(`${text}\0`, 'latin1');
  arena.check(offset, bytes.length);
  arena.u8.set(bytes, offset);
  return bytes.length;
}

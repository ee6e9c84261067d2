const SMALLEST = 6;
const CLASSES = 32;
const PAGE_BITS = 12;

/**
 * Hands out blocks of a flat range of offsets: power-of-two size classes from 64 bytes, one free list each, and fresh
 * space cut from the front. A block is aligned to its size, at most to 4096. Blocks are never merged or split, so the
 * same sizes asked for again and again reach a steady state.
 */
export class BlockAllocator {
  private readonly free: number[][] = Array.from({ length: CLASSES }, () => []);
  private readonly live = new Map<number, number>();
  private top: number;
  private inUse = 0;

  /** Hands out offsets from `start` up to, but not including, `end`, at most 2^31. */
  constructor(
    start: number,
    private readonly end: number,
  ) {
    this.top = start;
  }

  /** Bytes in blocks that are not released. */
  get used(): number {
    return this.inUse;
  }

  /** @returns the offset of a block of at least `size` bytes, or -1 when the range is exhausted */
  allocate(size: number): number {
    const sizeClass = classOf(size);
    if (sizeClass < 0) return -1;
    const offset = this.free[sizeClass]?.pop() ?? this.cut(sizeClass);
    if (offset < 0) return -1;
    this.live.set(offset, sizeClass);
    this.inUse += 2 ** sizeClass;
    return offset;
  }

  /** @throws RangeError when no live block starts at `offset`: released twice, or never allocated */
  release(offset: number): void {
    const sizeClass = this.live.get(offset);
    if (sizeClass === undefined) throw new RangeError(`No live block at offset ${offset}`);
    this.live.delete(offset);
    this.inUse -= 2 ** sizeClass;
    this.free[sizeClass]?.push(offset);
  }

  private cut(sizeClass: number): number {
    const length = 2 ** sizeClass;
    const alignment = 2 ** Math.min(sizeClass, PAGE_BITS);
    const offset = Math.ceil(this.top / alignment) * alignment;
    if (offset + length > this.end) return -1;
    this.top = offset + length;
    // V8 keeps what a division or a power has made in a box of its own, unless it is told that it is a small integer.
    return offset | 0;
  }
}

/** The exponent of the size class that holds `size` bytes; -1 when `size` is no length. */
function classOf(size: number): number {
  if (!Number.isInteger(size) || size <= 0 || size > 2 ** (CLASSES - 1)) return -1;
  return Math.max(SMALLEST, 32 - Math.clz32(size - 1));
}

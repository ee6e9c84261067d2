import type { MemoryPool } from '../../../../src/media/index.js';

const receiveArea = 4096;

/**
 * The one memory of a test, as the arena is in production: caches are allocated from it, datagrams arrive and leave
 * in it. Every datagram arrives at the same place, so that whoever keeps an offset into it reads the wrong packet.
 */
export class TestMemory implements MemoryPool {
  readonly u8: Uint8Array;
  readonly view: DataView;
  /** Sizes of the blocks allocated and not released, by offset. */
  readonly blocks = new Map<number, number>();
  private end = receiveArea;

  /** @param size bytes; an allocation beyond fails */
  constructor(size = 8 << 20) {
    this.u8 = new Uint8Array(size);
    this.view = new DataView(this.u8.buffer);
  }

  allocate(size: number): number {
    if (this.end + size > this.u8.length) return -1;
    const offset = this.end;
    this.end += size;
    this.blocks.set(offset, size);
    return offset;
  }

  release(offset: number): void {
    if (!this.blocks.delete(offset)) throw new Error(`no block at ${offset} to release`);
  }

  /** Puts a datagram where the socket would; @returns its offset */
  arrive(bytes: Uint8Array): number {
    this.u8.fill(0xbb, 0, receiveArea);
    this.u8.set(bytes, 16);
    return 16;
  }
}

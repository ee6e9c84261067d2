import { BlockAllocator } from '../../kit/index.js';
import type { MemoryPool } from '../../media/index.js';

/** Where a datagram lies while it is read, and one while it is written, bytes. */
const datagramSize = 2048;

/** The memory of packet caches where there is no native arena: one buffer, committed by the system as it is touched. */
export class HeapPool implements MemoryPool {
  readonly u8: Uint8Array;
  readonly view: DataView;
  /** Where datagrams are put that have come. */
  readonly incoming = 0;
  /** Where packets are written that are to be sent. */
  readonly outgoing = datagramSize;
  private readonly blocks: BlockAllocator;

  /** @param size bytes */
  constructor(size: number) {
    this.u8 = new Uint8Array(size);
    this.view = new DataView(this.u8.buffer);
    this.blocks = new BlockAllocator(2 * datagramSize, size);
  }

  /** Bytes in use. */
  get used(): number {
    return this.blocks.used;
  }

  allocate(size: number): number {
    return this.blocks.allocate(size);
  }

  release(offset: number): void {
    this.blocks.release(offset);
  }

  /** Copies a datagram in. @returns false for one that no packet can be as long as */
  arrive(bytes: Uint8Array): boolean {
    if (bytes.length > datagramSize) return false;
    this.u8.set(bytes, this.incoming);
    return true;
  }
}

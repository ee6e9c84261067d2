const SMALLEST = 4096;

/** Bytes that came in chunks, in one piece, from the first that is still needed. Its owner bounds how many wait. */
export class ChunkBuffer {
  /** The memory; what waits is from `start` to `end`. Good until the next call. */
  bytes = new Uint8Array(SMALLEST);
  view = new DataView(this.bytes.buffer);
  start = 0;
  end = 0;

  get length(): number {
    return this.end - this.start;
  }

  append(chunk: Uint8Array): void {
    if (this.end + chunk.length > this.bytes.length) this.#makeRoom(chunk.length);
    this.bytes.set(chunk, this.end);
    this.end += chunk.length;
  }

  /** Drops `count` bytes, of those that wait. */
  skip(count: number): void {
    this.start += count;
    if (this.start === this.end) this.clear();
  }

  clear(): void {
    this.start = 0;
    this.end = 0;
  }

  /** Moves what waits to the front, into more memory if it needs more. */
  #makeRoom(count: number): void {
    const needed = this.length + count;
    const waiting = this.bytes.subarray(this.start, this.end);
    if (needed > this.bytes.length) {
      this.bytes = new Uint8Array(Math.max(needed, 2 * this.bytes.length));
      this.view = new DataView(this.bytes.buffer);
    }
    this.bytes.set(waiting, 0);
    this.end = waiting.length;
    this.start = 0;
  }
}

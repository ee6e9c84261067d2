const MARKER_MASK = 0xe0;
const MARKER = 0xc0;

/** Steps through the frames of a VP9 superframe (VP9 bitstream annex B); any other frame is one. */
export class SuperframeCursor {
  offset = 0;
  length = 0;
  private data = new Uint8Array(0) as Uint8Array;
  private left = 0;
  /** Where the next size lies, and in how many bytes; 0 for a frame without index. */
  private sizeAt = 0;
  private sizeLength = 0;
  /** Where the index begins, or the data end. */
  private end = 0;

  begin(data: Uint8Array): void {
    this.data = data;
    this.offset = 0;
    this.length = 0;
    this.left = 1;
    this.sizeLength = 0;
    this.end = data.length;
    const marker = data[data.length - 1] ?? 0;
    if ((marker & MARKER_MASK) !== MARKER) return;
    const count = (marker & 0x07) + 1;
    const sizeLength = ((marker >> 3) & 0x03) + 1;
    const index = data.length - 2 - count * sizeLength;
    if (index < 0 || data[index] !== marker) return;
    this.left = count;
    this.sizeAt = index + 1;
    this.sizeLength = sizeLength;
    this.end = index;
  }

  /** @returns false after the last, and when the index says more than there is */
  next(): boolean {
    if (this.left === 0) return false;
    this.left--;
    this.offset += this.length;
    this.length = this.sizeLength === 0 ? this.end : this.readSize();
    if (this.length > 0 && this.length <= this.end - this.offset) return true;
    this.left = 0;
    return false;
  }

  private readSize(): number {
    let size = 0;
    for (let index = 0; index < this.sizeLength; index++) {
      size += (this.data[this.sizeAt++] as number) * 256 ** index;
    }
    return size;
  }
}

import { type Memory, memoryOf } from '../../kit/index.js';

const MAX_LEADING_ZEROS = 31;

/**
 * Reads bits, the most significant first, and the codes that bitstreams are made of.
 *
 * Past the end, and after an Exp-Golomb code of more than 31 leading zeros, every read gives 0 and `failed` is
 * set; so a parser reads on and asks once.
 */
export class BitReader {
  failed = false;
  protected memory: Memory = memoryOf(new Uint8Array(0));
  protected at = 0;
  protected end = 0;
  private current = 0;
  private bitsLeft = 0;

  begin(memory: Memory, offset: number, length: number): void {
    this.memory = memory;
    this.at = offset;
    this.end = offset + length;
    this.current = 0;
    this.bitsLeft = 0;
    this.failed = false;
  }

  bit(): number {
    if (this.bitsLeft === 0) {
      if (this.failed) return 0;
      const next = this.nextByte();
      if (next < 0) {
        this.failed = true;
        return 0;
      }
      this.current = next;
      this.bitsLeft = 8;
    }
    this.bitsLeft--;
    return (this.current >> this.bitsLeft) & 1;
  }

  flag(): boolean {
    return this.bit() === 1;
  }

  /** An unsigned integer of `count` bits, at most 32. */
  bits(count: number): number {
    let value = 0;
    for (let left = count; left > 0; left--) value = (value << 1) | this.bit();
    return value >>> 0;
  }

  /** ue(v) of ITU-T H.264 9.1, uvlc() of AV1 4.10.3: 0 to 2^32 - 2. */
  unsigned(): number {
    let zeros = 0;
    while (this.bit() === 0) {
      if (this.failed) return 0;
      if (++zeros > MAX_LEADING_ZEROS) {
        this.failed = true;
        return 0;
      }
    }
    return 2 ** zeros - 1 + this.bits(zeros);
  }

  /** se(v): 1, -1, 2, -2 … for the codes 1, 2, 3, 4 … (ITU-T H.264 9.1.1). */
  signed(): number {
    const code = this.unsigned();
    return code % 2 === 1 ? (code + 1) / 2 : -(code / 2);
  }

  /** ns(n) of AV1 4.10.7: 0 to `count` - 1, the lower values one bit shorter unless `count` is a power of two. */
  nonSymmetric(count: number): number {
    const width = 32 - Math.clz32(count);
    const shorter = 2 ** width - count;
    const value = this.bits(width - 1);
    return value < shorter ? value : 2 * value - shorter + this.bit();
  }

  /** The next byte, or -1 at the end. */
  protected nextByte(): number {
    return this.at < this.end ? this.memory.view.getUint8(this.at++) : -1;
  }
}

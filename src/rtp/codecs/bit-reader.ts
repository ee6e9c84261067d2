import { type Memory, memoryOf } from '../../kit/index.js';

const MAX_LEADING_ZEROS = 31;

/**
 * Reads the bits of an H.264 NAL unit's payload (RBSP): emulation prevention bytes are left out on the way
 * (ITU-T H.264 7.3.1, 7.4.1) and Exp-Golomb codes decoded (9.1).
 *
 * Past the end, and after a code of more than 31 leading zeros, every read gives 0 and `failed` is set; so a
 * parser reads on and asks once.
 */
export class BitReader {
  failed = false;
  private memory: Memory = memoryOf(new Uint8Array(0));
  private at = 0;
  private end = 0;
  private current = 0;
  private bitsLeft = 0;
  private zeroBytes = 0;

  begin(memory: Memory, offset: number, length: number): void {
    this.memory = memory;
    this.at = offset;
    this.end = offset + length;
    this.current = 0;
    this.bitsLeft = 0;
    this.zeroBytes = 0;
    this.failed = false;
  }

  bit(): number {
    if (this.bitsLeft === 0 && !this.nextByte()) return 0;
    this.bitsLeft--;
    return (this.current >> this.bitsLeft) & 1;
  }

  flag(): boolean {
    return this.bit() === 1;
  }

  /** An unsigned integer of `count` bits, at most 31. */
  bits(count: number): number {
    let value = 0;
    for (let left = count; left > 0; left--) value = (value << 1) | this.bit();
    return value;
  }

  /** ue(v): 0 to 2^32 - 2. */
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

  /** se(v): 1, -1, 2, -2 … for the codes 1, 2, 3, 4 … (9.1.1). */
  signed(): number {
    const code = this.unsigned();
    return code % 2 === 1 ? (code + 1) / 2 : -(code / 2);
  }

  private nextByte(): boolean {
    if (this.failed) return false;
    if (this.zeroBytes >= 2 && this.at < this.end && this.memory.view.getUint8(this.at) === 3) {
      this.at++;
      this.zeroBytes = 0;
    }
    if (this.at >= this.end) {
      this.failed = true;
      return false;
    }
    this.current = this.memory.view.getUint8(this.at++);
    this.zeroBytes = this.current === 0 ? this.zeroBytes + 1 : 0;
    this.bitsLeft = 8;
    return true;
  }
}

import type { Memory } from '../../kit/index.js';
import { BitReader } from './bit-reader.js';

/**
 * Reads the bits of an H.264 NAL unit's payload (RBSP): emulation prevention bytes are left out on the way
 * (ITU-T H.264 7.3.1, 7.4.1).
 */
export class RbspReader extends BitReader {
  private zeroBytes = 0;

  override begin(memory: Memory, offset: number, length: number): void {
    super.begin(memory, offset, length);
    this.zeroBytes = 0;
  }

  protected override nextByte(): number {
    if (this.zeroBytes >= 2 && this.at < this.end && this.memory.view.getUint8(this.at) === 3) {
      this.at++;
      this.zeroBytes = 0;
    }
    const next = super.nextByte();
    this.zeroBytes = next === 0 ? this.zeroBytes + 1 : 0;
    return next;
  }
}

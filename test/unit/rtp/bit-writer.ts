/** Writes the bits of parameter sets and headers for tests. */
export class BitWriter {
  private readonly bits: number[] = [];

  /** Bits written so far. */
  get length(): number {
    return this.bits.length;
  }

  u(count: number, value: number): this {
    for (let shift = count - 1; shift >= 0; shift--) this.bits.push(Math.floor(value / 2 ** shift) % 2);
    return this;
  }

  ue(value: number): this {
    const length = Math.floor(Math.log2(value + 1));
    return this.u(length, 0).u(length + 1, value + 1);
  }

  se(value: number): this {
    return this.ue(value > 0 ? 2 * value - 1 : -2 * value);
  }

  /** The bits alone, the last byte filled with zeros. */
  bytes(): Uint8Array {
    const bytes = new Uint8Array(Math.ceil(this.bits.length / 8));
    for (const [index, bit] of this.bits.entries()) bytes[index >> 3]! |= bit << (7 - (index & 7));
    return bytes;
  }

  /** The bits with a stop bit, padded to whole bytes, without emulation prevention. */
  raw(): number[] {
    const bits = [...this.bits, 1];
    while (bits.length % 8 !== 0) bits.push(0);
    const bytes: number[] = [];
    for (let at = 0; at < bits.length; at += 8) {
      bytes.push(bits.slice(at, at + 8).reduce((byte, bit) => 2 * byte + bit, 0));
    }
    return bytes;
  }

  /** The NAL unit: header, then the payload with emulation prevention bytes (ITU-T H.264 7.4.1). */
  nal(header = 0x67): Uint8Array {
    const bytes = [header];
    let zeros = 0;
    for (const byte of this.raw()) {
      if (zeros >= 2 && byte <= 3) {
        bytes.push(3);
        zeros = 0;
      }
      bytes.push(byte);
      zeros = byte === 0 ? zeros + 1 : 0;
    }
    return Uint8Array.from(bytes);
  }
}

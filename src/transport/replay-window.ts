const WORDS = 4;
const SIZE = 32 * WORDS;

/**
 * Which packet indices were seen, of the last 128 (RFC 3711 section 3.3.2). An index is taken note of only after its
 * packet proved authentic.
 */
export class ReplayWindow {
  /** The greatest index that was seen; -1 before the first. */
  highest = -1;
  /** Bit `n` of the row stands for index `highest - n`. */
  readonly #bits = new Int32Array(WORDS);

  /** Whether a packet with this index is neither seen already nor too old to tell. */
  accepts(index: number): boolean {
    if (index > this.highest) return true;
    const age = this.highest - index;
    if (age >= SIZE || index < 0) return false;
    return (((this.#bits[age >> 5] as number) >>> (age & 31)) & 1) === 0;
  }

  add(index: number): void {
    const bits = this.#bits;
    if (index > this.highest) {
      this.#shift(index - this.highest);
      this.highest = index;
      bits[0] = (bits[0] as number) | 1;
      return;
    }
    const age = this.highest - index;
    if (age < SIZE) bits[age >> 5] = (bits[age >> 5] as number) | (1 << (age & 31));
  }

  #shift(count: number): void {
    const bits = this.#bits;
    if (count >= SIZE) {
      bits.fill(0);
      return;
    }
    const words = count >> 5;
    const rest = count & 31;
    for (let word = WORDS - 1; word >= 0; word--) {
      const high = word >= words ? (bits[word - words] as number) : 0;
      const low = word > words ? (bits[word - words - 1] as number) : 0;
      bits[word] = rest === 0 ? high : (high << rest) | (low >>> (32 - rest));
    }
  }
}

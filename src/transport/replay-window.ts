const WORD = 32;
const SIZE = 4 * WORD;

/**
 * Which packet indices were seen, of the last 128 (RFC 3711 section 3.3.2). An index is taken note of only after its
 * packet proved authentic.
 */
export class ReplayWindow {
  /** The greatest index that was seen; -1 before the first. */
  highest = -1;
  /**
   * Bit `n` of the row stands for index `highest - n`. No array, since with many peers each object that is touched is one
   * that has to be fetched.
   */
  #first = 0;
  #second = 0;
  #third = 0;
  #fourth = 0;

  /** Whether a packet with this index is neither seen already nor too old to tell. */
  accepts(index: number): boolean {
    if (index > this.highest) return true;
    const age = this.highest - index;
    if (age >= SIZE || index < 0) return false;
    return (this.#word(age) & (1 << (age % WORD))) === 0;
  }

  add(index: number): void {
    if (index > this.highest) {
      this.#shift(index - this.highest);
      this.highest = index;
      this.#first |= 1;
      return;
    }
    const age = this.highest - index;
    const bit = 1 << (age % WORD);
    if (age < WORD) this.#first |= bit;
    else if (age < 2 * WORD) this.#second |= bit;
    else if (age < 3 * WORD) this.#third |= bit;
    else if (age < SIZE) this.#fourth |= bit;
  }

  #word(age: number): number {
    if (age < 2 * WORD) return age < WORD ? this.#first : this.#second;
    return age < 3 * WORD ? this.#third : this.#fourth;
  }

  #shift(count: number): void {
    const words = count < SIZE ? Math.floor(count / WORD) : SIZE / WORD;
    for (let word = 0; word < words; word++) {
      this.#fourth = this.#third;
      this.#third = this.#second;
      this.#second = this.#first;
      this.#first = 0;
    }
    const bits = count % WORD;
    if (bits === 0) return;
    const rest = WORD - bits;
    this.#fourth = (this.#fourth << bits) | (this.#third >>> rest);
    this.#third = (this.#third << bits) | (this.#second >>> rest);
    this.#second = (this.#second << bits) | (this.#first >>> rest);
    this.#first <<= bits;
  }
}

// How much later than it should have the emulator itself let packets go.

/** µs: the width of a class, and how many there are; the last takes everything above. */
const width = 50;
const classes = 400;

export class Lateness {
  #counts = new Uint32Array(classes);
  #total = 0;
  #sum = 0;
  #worst = 0;

  /** @param {number} ms */
  note(ms) {
    this.#counts[Math.min(classes - 1, Math.floor((ms * 1000) / width))]++;
    this.#total++;
    this.#sum += ms;
    this.#worst = Math.max(this.#worst, ms);
  }

  /** @returns {{ packets: number, mean: number, p99: number, worst: number }} ms; p99 to the next 0.05 ms above */
  report() {
    const mean = this.#total > 0 ? this.#sum / this.#total : 0;
    return { packets: this.#total, mean, p99: this.#quantile(0.99), worst: this.#worst };
  }

  #quantile(share) {
    let left = this.#total * share;
    let index = 0;
    while (index < classes - 1 && left > this.#counts[index]) left -= this.#counts[index++];
    return this.#total > 0 ? ((index + 1) * width) / 1000 : 0;
  }
}

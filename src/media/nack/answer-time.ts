/** Samples kept. */
const capacity = 16;
const guess = 100;
const least = 5;
const most = 1000;

/**
 * How long a publisher takes to answer a NACK: the round trip, and what its pacing adds. It is the lower quartile of the
 * last answers, each counted from the first request: a request that was lost makes its sample a multiple, a packet that
 * was only late one far too small; the former are more, and a bad path does not move the quartile.
 */
export class AnswerTime {
  /** ms, 5 to 1000; a guess before the first answer. */
  ms = guess;
  private readonly samples = new Float64Array(capacity);
  private readonly sorted = new Float64Array(capacity);
  private count = 0;

  /** @param elapsed from the first request for a packet to its arrival, ms */
  note(elapsed: number): void {
    this.samples[this.count % capacity] = elapsed;
    this.count += 1;
    const filled = Math.min(this.count, capacity);
    for (let index = 0; index < filled; index += 1) this.insert(this.samples[index] as number, index);
    this.ms = Math.min(most, Math.max(least, this.sorted[filled >> 2] as number));
  }

  private insert(sample: number, filled: number): void {
    const { sorted } = this;
    let at = filled;
    while (at > 0 && (sorted[at - 1] as number) > sample) {
      sorted[at] = sorted[at - 1] as number;
      at -= 1;
    }
    sorted[at] = sample;
  }
}

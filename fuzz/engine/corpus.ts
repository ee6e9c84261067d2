import type { Random } from './random.js';

const LARGEST = 8192;

/** Inputs that are worth to be mutated further. */
export class Corpus {
  readonly inputs: Uint8Array[] = [];
  private readonly works: number[] = [];

  /** @param work how much its run takes, in branches */
  add(input: Uint8Array, work: number, random: Random): void {
    const at = this.inputs.length < LARGEST ? this.inputs.length : random.below(LARGEST);
    this.inputs[at] = input;
    this.works[at] = work + input.length;
  }

  /** The newest are the least explored, and of what takes less there can be more: it is the least of some, mostly. */
  choose(random: Random): Uint8Array {
    let best = this.any(random);
    for (let others = random.below(8); others > 0; others--) {
      const other = this.any(random);
      if ((this.works[other] as number) < (this.works[best] as number)) best = other;
    }
    return this.inputs[best] as Uint8Array;
  }

  private any(random: Random): number {
    const { length } = this.inputs;
    const newest = Math.max(1, length >> 2);
    return random.chance(2) ? length - 1 - random.below(newest) : random.below(length);
  }
}

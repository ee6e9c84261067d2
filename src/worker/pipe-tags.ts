import { randomUint32 } from '../kit/index.js';
import { pipeTagLimit } from '../rtp/index.js';

/** The tags of the pipes that are open: no two have the same, in whichever process they end. */
export class PipeTags {
  private readonly taken = new Set<number>();

  get size(): number {
    return this.taken.size;
  }

  /** Random, so that what is still on its way for a pipe that was closed is not taken for another one's. */
  take(): number {
    let tag = 0;
    while (tag === 0 || this.taken.has(tag)) tag = randomUint32() % pipeTagLimit;
    this.taken.add(tag);
    return tag;
  }

  giveBack(tag: number): void {
    this.taken.delete(tag);
  }
}

import type { Memory } from '../../../kit/index.js';
import {
  CHUNK_LENGTH,
  MAX_FEEDBACK_STATUSES,
  MAX_RUN,
  ONE_BIT_SYMBOLS,
  SMALL_DELTA,
  TWO_BIT_SYMBOLS,
} from './format.js';

const ONE_BIT_VECTOR = 0x8000;
const TWO_BIT_VECTOR = 0xc000;

/** The forms of a packet chunk (draft-holmer-rmcat-transport-wide-cc-extensions-01 3.1.3 and 3.1.4). */
const Form = { run: 0, oneBit: 1, twoBit: 2 } as const;
type Form = (typeof Form)[keyof typeof Form];

/**
 * The packet statuses of the message that is being written, and how to say them in few chunks: each chunk
 * takes the form that speaks of the most packets, or of all that are left.
 */
export class StatusChunks {
  /** One packet status symbol each. */
  readonly statuses = new Uint8Array(MAX_FEEDBACK_STATUSES);
  /** How many statuses the chunks written last speak of. */
  covered = 0;
  private form: Form = Form.run;
  private span = 0;

  /**
   * Writes chunks for the first `count` statuses, as long as they and the deltas they call for fit in `room`
   * bytes.
   *
   * @returns the offset behind the last chunk
   */
  write(memory: Memory, offset: number, room: number, count: number): number {
    let at = offset;
    let left = room;
    let from = 0;
    while (from < count) {
      this.choose(from, count);
      left -= CHUNK_LENGTH;
      let fitting = 0;
      while (fitting < this.span && left >= (this.statuses[from + fitting] as number)) {
        left -= this.statuses[from + fitting] as number;
        fitting++;
      }
      if (fitting === 0) break;
      memory.view.setUint16(at, this.encode(from, fitting));
      at += CHUNK_LENGTH;
      from += fitting;
    }
    this.covered = from;
    return at;
  }

  private choose(from: number, end: number): void {
    const run = this.runLength(from, end);
    const oneBitEnd = Math.min(from + ONE_BIT_SYMBOLS, end);
    if (run >= ONE_BIT_SYMBOLS || from + run === end) {
      this.form = Form.run;
      this.span = run;
    } else if (this.isOneBit(from, oneBitEnd)) {
      this.form = Form.oneBit;
      this.span = oneBitEnd - from;
    } else if (run >= TWO_BIT_SYMBOLS) {
      this.form = Form.run;
      this.span = run;
    } else {
      this.form = Form.twoBit;
      this.span = Math.min(TWO_BIT_SYMBOLS, end - from);
    }
  }

  /** The chunk for `count` statuses in the form chosen; symbols that a vector has left over are 0. */
  private encode(from: number, count: number): number {
    const statuses = this.statuses;
    if (this.form === Form.run) return ((statuses[from] as number) << 13) | count;
    let chunk = this.form === Form.oneBit ? ONE_BIT_VECTOR : TWO_BIT_VECTOR;
    for (let index = 0; index < count; index++) {
      const status = statuses[from + index] as number;
      if (this.form === Form.oneBit) chunk |= status << (ONE_BIT_SYMBOLS - 1 - index);
      else chunk |= status << (2 * (TWO_BIT_SYMBOLS - 1 - index));
    }
    return chunk;
  }

  private runLength(from: number, end: number): number {
    const status = this.statuses[from];
    const limit = Math.min(end, from + MAX_RUN);
    let at = from + 1;
    while (at < limit && this.statuses[at] === status) at++;
    return at - from;
  }

  private isOneBit(from: number, end: number): boolean {
    for (let at = from; at < end; at++) {
      if ((this.statuses[at] as number) > SMALL_DELTA) return false;
    }
    return true;
  }
}

const SEQUENCE_CYCLE = 0x10000;
const TIMESTAMP_CYCLE = 0x100000000;

/**
 * Turns 16-bit sequence numbers into indexes that do not wrap (the "extended" sequence number of RFC 3550
 * A.1).
 *
 * The first number becomes itself plus 65536, so that what was reordered before it stays positive. Each
 * further number is placed within 32768 of the highest so far; one exactly 32768 away counts as the older.
 */
export class SequenceUnwrapper {
  /** The highest index so far; -1 before the first. */
  last = -1;

  /** The index of `sequenceNumber`, which from now on counts as seen. */
  unwrap(sequenceNumber: number): number {
    const index = this.peek(sequenceNumber);
    if (index > this.last) this.last = index;
    return index;
  }

  /** What `unwrap` would return, without any effect. */
  peek(sequenceNumber: number): number {
    if (this.last < 0) return sequenceNumber + SEQUENCE_CYCLE;
    return this.last + (((sequenceNumber - this.last) << 16) >> 16);
  }

  reset(): void {
    this.last = -1;
  }
}

/**
 * The same for 32-bit RTP timestamps: the first one becomes itself plus 2^32, each further one is placed
 * within 2^31 of the highest so far.
 */
export class TimestampUnwrapper {
  /** The highest timestamp so far; -1 before the first. */
  last = -1;

  /** The unwrapped value of `timestamp`, which from now on counts as seen. */
  unwrap(timestamp: number): number {
    const unwrapped = this.peek(timestamp);
    if (unwrapped > this.last) this.last = unwrapped;
    return unwrapped;
  }

  /** What `unwrap` would return, without any effect. */
  peek(timestamp: number): number {
    if (this.last < 0) return timestamp + TIMESTAMP_CYCLE;
    return this.last + ((timestamp - this.last) | 0);
  }

  reset(): void {
    this.last = -1;
  }
}

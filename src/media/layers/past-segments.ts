import type { Segment } from './segment.js';

/** Encodings before the present one of which a viewer may still miss packets. */
const maxSegments = 2;

/** What a viewer was sent before the present encoding. */
export class PastSegments {
  private readonly kept: Segment[] = [];

  /** The newest first. */
  get all(): readonly Segment[] {
    return this.kept;
  }

  /** Notes what has just ended. */
  add(segment: Segment): void {
    this.kept.unshift(segment);
    this.kept.length = Math.min(this.kept.length, maxSegments);
  }

  /** The segment that a packet index is of; null when it is not there any more. */
  at(index: number): Segment | null {
    for (const segment of this.kept) {
      if (index >= segment.firstIndex && index <= segment.lastIndex) return segment;
    }
    return null;
  }
}

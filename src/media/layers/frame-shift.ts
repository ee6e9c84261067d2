import type { UpTrack } from '../up-track.js';

/**
 * Keeps the frame numbers of AV1's dependency descriptors going on for one viewer, while the encodings it is sent change:
 * each counts its own frames.
 */
export class FrameShift {
  /** What is added to the publisher's numbers. */
  value = 0;
  /** Of the encoding's numbers, beside what makes them go on in themselves. */
  private own = 0;
  /** The number that the next encoding begins with; -1 while none is left. */
  private next = -1;

  /** The viewer is sent nothing more of this encoding. */
  leave({ frameNumbers, last }: UpTrack): void {
    const newest = frameNumbers?.newest(last) ?? -1;
    if (newest >= 0) this.next = newest + this.own + 1;
  }

  /**
   * The viewer begins with a key frame.
   * @param sequence extended sequence number of its first packet
   */
  enter({ frameNumbers, cache }: UpTrack, sequence: number): void {
    if (frameNumbers === null) return;
    const slot = cache.find(sequence);
    const shift = frameNumbers.shiftFrom(slot);
    const number = frameNumbers.read(slot);
    if (this.next >= 0 && number >= 0) {
      this.own = this.next - number - shift;
      this.next = -1;
    }
    this.value = shift + this.own;
  }
}

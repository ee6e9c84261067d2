import type { Memory } from '../../kit/index.js';
import { FrameBuffer, MAX_FRAME_LENGTH } from './frame-buffer.js';

/** Puts the RTP payloads of frames together, one frame at a time. Which packets make a frame, their caller knows. */
export interface Depacketizer {
  /**
   * Adds the payload of the next packet of the frame, in order: header and padding excluded; nothing outside it is read.
   *
   * @returns false when it is malformed or the frame becomes too long: the frame is lost, `finish` will say so, too
   */
  add(memory: Memory, offset: number, length: number): boolean;

  /**
   * The frame, once its last packet is in, bytes of its own; null when there is nothing whole. Ready for the next one
   * afterwards.
   */
  finish(): Uint8Array | null;

  /** Forgets what was begun. */
  reset(): void;
}

/** What all of them have in common: the buffer, and that a frame is lost as soon as one payload is. */
export abstract class AssemblingDepacketizer implements Depacketizer {
  protected readonly frame: FrameBuffer;
  private lost = false;

  /** @param maxLength bytes of the longest frame */
  constructor(maxLength = MAX_FRAME_LENGTH) {
    this.frame = new FrameBuffer(maxLength);
  }

  add(memory: Memory, offset: number, length: number): boolean {
    if (!this.lost && !this.take(memory, offset, length)) this.lost = true;
    return !this.lost;
  }

  finish(): Uint8Array | null {
    const whole = !this.lost && this.complete() && this.frame.length > 0;
    const data = whole ? this.frame.copy() : null;
    this.reset();
    return data;
  }

  reset(): void {
    this.lost = false;
    this.frame.truncate(0);
    this.begin();
  }

  /** @returns false when the payload is malformed or does not continue the frame */
  protected abstract take(memory: Memory, offset: number, length: number): boolean;

  /** Ends the frame. @returns false when something of it has not come */
  protected abstract complete(): boolean;

  /** Sets the codec's own state back to before the first payload. */
  protected abstract begin(): void;
}

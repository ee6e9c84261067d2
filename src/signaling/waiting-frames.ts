import type { ClientMessage } from '../wire/index.js';

/** A message and the frame that it came in. */
export interface WaitingFrame {
  readonly message: ClientMessage;
  readonly text: string;
}

/** An SDK says nothing before it is established; so much may be said all the same. */
const maxFrames = 64;
/** In characters. */
const maxSize = 1024 * 1024;

/** What a client says before it is known whether it may connect, in order and bounded. */
export class WaitingFrames {
  private frames: WaitingFrame[] = [];
  private size = 0;

  /** @returns false when it is too much */
  add(frame: WaitingFrame): boolean {
    if (this.frames.length >= maxFrames || this.size + frame.text.length > maxSize) return false;
    this.frames.push(frame);
    this.size += frame.text.length;
    return true;
  }

  take(): readonly WaitingFrame[] {
    const { frames } = this;
    this.frames = [];
    this.size = 0;
    return frames;
  }
}

import type { Memory } from '../../kit/index.js';

/** The size of a picture as shown, pixels. */
export interface VideoSize {
  width: number;
  height: number;
}

/**
 * What the server has to know about a codec to forward it: where a key frame starts and how large its picture
 * is. Both methods take an RTP payload, without header and padding, and never read outside it.
 */
export interface VideoInspector {
  /** Whether this payload is the first of a key frame, so that a decoder can begin with it. */
  startsKeyFrame(memory: Memory, offset: number, length: number): boolean;

  /**
   * Reads the picture's size into `out`.
   *
   * @returns false, `out` untouched, when the payload does not say it or is malformed
   */
  readSize(memory: Memory, offset: number, length: number, out: VideoSize): boolean;
}

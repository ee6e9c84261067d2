import type { VideoSize } from './video-inspector.js';

const INTER_FRAME = 0x01;
const START_CODE = 0x9d012a;
const KEY_FRAME_HEADER_LENGTH = 10;

/** Whether the frame whose first byte this is has the inverse key frame flag clear (RFC 6386 9.1). */
export function isVp8KeyFrame(firstByte: number): boolean {
  return (firstByte & INTER_FRAME) === 0;
}

/**
 * Reads the size of a VP8 key frame between `frame` and `end` (RFC 6386 9.1).
 *
 * @returns false, `out` untouched, when it is malformed or cut
 */
export function readVp8Size(view: DataView, frame: number, end: number, out: VideoSize): boolean {
  if (frame + KEY_FRAME_HEADER_LENGTH > end) return false;
  if (view.getUint32(frame + 2) % 0x1000000 !== START_CODE) return false;
  // 14 bits each; the upper two of either word are a scaling hint that changes nothing about the frame.
  const width = view.getUint16(frame + 6, true) & 0x3fff;
  const height = view.getUint16(frame + 8, true) & 0x3fff;
  if (width === 0 || height === 0) return false;
  out.width = width;
  out.height = height;
  return true;
}

import type { Memory } from '../../kit/index.js';
import type { VideoInspector, VideoSize } from './video-inspector.js';

const EXTENDED = 0x80;
const START_OF_PARTITION = 0x10;
const PARTITION_INDEX = 0x07;
const HAS_PICTURE_ID = 0x80;
const HAS_TL0_PICTURE_INDEX = 0x40;
const HAS_TID_OR_KEY_INDEX = 0x30;
const LONG_PICTURE_ID = 0x80;
const INTER_FRAME = 0x01;
const START_CODE = 0x9d012a;
const KEY_FRAME_HEADER_LENGTH = 10;

/**
 * VP8 over RTP (RFC 7741). A key frame starts with the first payload of partition 0 whose frame header has
 * the inverse key frame flag clear (4.3); its size stands in the same payload (RFC 6386 9.1).
 */
export class Vp8Inspector implements VideoInspector {
  startsKeyFrame(memory: Memory, offset: number, length: number): boolean {
    return findKeyFrame(memory, offset, length) >= 0;
  }

  readSize(memory: Memory, offset: number, length: number, out: VideoSize): boolean {
    const frame = findKeyFrame(memory, offset, length);
    if (frame < 0 || frame + KEY_FRAME_HEADER_LENGTH > offset + length) return false;
    const view = memory.view;
    if (view.getUint32(frame + 2) % 0x1000000 !== START_CODE) return false;
    // 14 bits each; the upper two of either word are a scaling hint that changes nothing about the frame.
    const width = view.getUint16(frame + 6, true) & 0x3fff;
    const height = view.getUint16(frame + 8, true) & 0x3fff;
    if (width === 0 || height === 0) return false;
    out.width = width;
    out.height = height;
    return true;
  }
}

/**
 * Where the frame begins behind the payload descriptor (RFC 7741 4.2), or -1 when no key frame starts here.
 */
function findKeyFrame(memory: Memory, offset: number, length: number): number {
  const end = offset + length;
  if (length < 2) return -1;
  const view = memory.view;
  const first = view.getUint8(offset);
  if ((first & START_OF_PARTITION) === 0 || (first & PARTITION_INDEX) !== 0) return -1;
  let at = offset + 1;
  if ((first & EXTENDED) !== 0) {
    const fields = view.getUint8(at++);
    if ((fields & HAS_PICTURE_ID) !== 0) {
      if (at >= end) return -1;
      at += (view.getUint8(at) & LONG_PICTURE_ID) !== 0 ? 2 : 1;
    }
    if ((fields & HAS_TL0_PICTURE_INDEX) !== 0) at++;
    if ((fields & HAS_TID_OR_KEY_INDEX) !== 0) at++;
  }
  if (at >= end) return -1;
  return (view.getUint8(at) & INTER_FRAME) === 0 ? at : -1;
}

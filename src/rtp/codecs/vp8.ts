import type { Memory } from '../../kit/index.js';
import type { VideoInspector, VideoSize } from './video-inspector.js';
import { Vp8Descriptor } from './vp8-descriptor.js';

const INTER_FRAME = 0x01;
const START_CODE = 0x9d012a;
const KEY_FRAME_HEADER_LENGTH = 10;

/**
 * VP8 over RTP (RFC 7741). A key frame starts with the first payload of partition 0 whose frame header has
 * the inverse key frame flag clear (4.3); its size stands in the same payload (RFC 6386 9.1).
 */
export class Vp8Inspector implements VideoInspector {
  private readonly descriptor = new Vp8Descriptor();

  startsKeyFrame(memory: Memory, offset: number, length: number): boolean {
    return this.findKeyFrame(memory, offset, length) >= 0;
  }

  readSize(memory: Memory, offset: number, length: number, out: VideoSize): boolean {
    const frame = this.findKeyFrame(memory, offset, length);
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

  /** Where the frame begins, or -1 when no key frame starts here. */
  private findKeyFrame(memory: Memory, offset: number, length: number): number {
    const descriptor = this.descriptor;
    if (!descriptor.parse(memory, offset, length) || !descriptor.startsFrame) return -1;
    const frame = offset + descriptor.length;
    return (memory.view.getUint8(frame) & INTER_FRAME) === 0 ? frame : -1;
  }
}

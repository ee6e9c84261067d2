import type { Memory } from '../../kit/index.js';
import type { VideoInspector, VideoSize } from './video-inspector.js';
import { Vp8Descriptor } from './vp8-descriptor.js';
import { isVp8KeyFrame, readVp8Size } from './vp8-frame-header.js';

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
    return frame >= 0 && readVp8Size(memory.view, frame, offset + length, out);
  }

  /** Where the frame begins, or -1 when no key frame starts here. */
  private findKeyFrame(memory: Memory, offset: number, length: number): number {
    const descriptor = this.descriptor;
    if (!descriptor.parse(memory, offset, length) || !descriptor.startsFrame) return -1;
    const frame = offset + descriptor.length;
    return isVp8KeyFrame(memory.view.getUint8(frame)) ? frame : -1;
  }
}

import type { Memory } from '../../kit/index.js';
import type { VideoInspector, VideoSize } from './video-inspector.js';
import { Vp9Descriptor } from './vp9-descriptor.js';
import { Vp9FrameHeader } from './vp9-frame-header.js';

/**
 * VP9 over RTP (RFC 9628). A key frame starts with the payload that begins spatial layer 0 of a picture without
 * reference to earlier ones (4.2, B, P and SID), and whose frame says to be a key frame: an intra-only frame
 * refers to nothing either, but a decoder cannot begin with it.
 *
 * The size is that of the highest spatial layer, which the scalability structure tells, or where there is none
 * that of the frame itself. A render size (VP9 bitstream 7.2.4) is a wish that browsers do not grant.
 */
export class Vp9Inspector implements VideoInspector {
  private readonly descriptor = new Vp9Descriptor();
  private readonly header = new Vp9FrameHeader();

  startsKeyFrame(memory: Memory, offset: number, length: number): boolean {
    return this.beginKeyFrame(memory, offset, length);
  }

  readSize(memory: Memory, offset: number, length: number, out: VideoSize): boolean {
    if (!this.beginKeyFrame(memory, offset, length)) return false;
    const { width, height } = this.descriptor;
    if (width === 0) return this.header.readSize(out);
    out.width = width;
    out.height = height;
    return true;
  }

  private beginKeyFrame(memory: Memory, offset: number, length: number): boolean {
    const { descriptor, header } = this;
    if (!descriptor.parse(memory, offset, length)) return false;
    if (!descriptor.startsFrame || descriptor.interPredicted || descriptor.spatialId !== 0) return false;
    return header.begin(memory, offset + descriptor.length, length - descriptor.length) && header.keyFrame;
  }
}

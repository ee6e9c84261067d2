import type { Memory } from '../../kit/index.js';
import { BitReader } from './bit-reader.js';
import type { VideoInspector, VideoSize } from './video-inspector.js';
import { Vp9Descriptor } from './vp9-descriptor.js';

const FRAME_MARKER = 2;
const SYNC_CODE = 0x498342;
const COLOR_SPACE_RGB = 7;

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
  private readonly reader = new BitReader();
  private profile = 0;

  startsKeyFrame(memory: Memory, offset: number, length: number): boolean {
    return this.beginKeyFrame(memory, offset, length);
  }

  readSize(memory: Memory, offset: number, length: number, out: VideoSize): boolean {
    if (!this.beginKeyFrame(memory, offset, length)) return false;
    const { descriptor, reader } = this;
    let { width, height } = descriptor;
    if (width === 0) {
      if (!this.skipColors()) return false;
      width = reader.bits(16) + 1;
      height = reader.bits(16) + 1;
      if (reader.failed) return false;
    }
    out.width = width;
    out.height = height;
    return true;
  }

  /** Reads uncompressed_header() (VP9 bitstream 6.2) up to the flags behind frame_type. */
  private beginKeyFrame(memory: Memory, offset: number, length: number): boolean {
    const { descriptor, reader } = this;
    if (!descriptor.parse(memory, offset, length)) return false;
    if (!descriptor.startsFrame || descriptor.interPredicted || descriptor.spatialId !== 0) return false;
    reader.begin(memory, offset + descriptor.length, length - descriptor.length);
    if (reader.bits(2) !== FRAME_MARKER) return false;
    this.profile = reader.bit() + 2 * reader.bit();
    if (this.profile === 3 && reader.flag()) return false;
    const showsExistingFrame = reader.flag();
    const interFrame = reader.flag();
    reader.bits(2);
    return !showsExistingFrame && !interFrame && !reader.failed;
  }

  /** frame_sync_code() and color_config() (VP9 bitstream 6.2.1, 6.2.2). */
  private skipColors(): boolean {
    const { profile, reader } = this;
    if (reader.bits(24) !== SYNC_CODE) return false;
    if (profile >= 2) reader.bit();
    const subsampled = profile === 1 || profile === 3;
    if (reader.bits(3) !== COLOR_SPACE_RGB) {
      reader.bit();
      if (subsampled) reader.bits(2);
    } else if (!subsampled) {
      return false;
    }
    return !(subsampled && reader.flag());
  }
}

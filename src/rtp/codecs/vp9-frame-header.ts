import type { Memory } from '../../kit/index.js';
import { BitReader } from './bit-reader.js';
import type { VideoSize } from './video-inspector.js';

const FRAME_MARKER = 2;
const SYNC_CODE = 0x498342;
const COLOR_SPACE_RGB = 7;
const REFERENCES = 3;

/** Reads the beginning of VP9 frames, uncompressed_header() (VP9 bitstream 6.2), reusable. */
export class Vp9FrameHeader {
  /** 0 to 3. */
  profile = 0;
  keyFrame = false;
  /** Bits a sample: 8, 10 or 12; right for key frames whose size has been read. */
  bitDepth = 8;
  private readonly reader = new BitReader();
  private shown = false;
  private errorResilient = false;

  /**
   * Reads the flags of the frame at `offset`.
   *
   * @returns false when it is malformed, cut, or only says which earlier frame to show
   */
  begin(memory: Memory, offset: number, length: number): boolean {
    const { reader } = this;
    reader.begin(memory, offset, length);
    if (reader.bits(2) !== FRAME_MARKER) return false;
    this.profile = reader.bit() + 2 * reader.bit();
    if (this.profile === 3 && reader.flag()) return false;
    const showsExistingFrame = reader.flag();
    this.keyFrame = !reader.flag();
    this.shown = reader.flag();
    this.errorResilient = reader.flag();
    return !showsExistingFrame && !reader.failed;
  }

  /**
   * Reads on to the size of the frame.
   *
   * @returns false, `out` untouched, when it is malformed, or has the size of a frame that it refers to
   */
  readSize(out: VideoSize): boolean {
    const { reader } = this;
    if (!(this.keyFrame ? this.readColors() : this.skipReferences())) return false;
    const width = reader.bits(16) + 1;
    const height = reader.bits(16) + 1;
    if (reader.failed) return false;
    out.width = width;
    out.height = height;
    return true;
  }

  /** frame_sync_code() and color_config() (6.2.1, 6.2.2). */
  private readColors(): boolean {
    const { profile, reader } = this;
    if (reader.bits(24) !== SYNC_CODE) return false;
    this.bitDepth = profile >= 2 ? 10 + 2 * reader.bit() : 8;
    const subsampled = profile === 1 || profile === 3;
    if (reader.bits(3) !== COLOR_SPACE_RGB) {
      reader.bit();
      if (subsampled) reader.bits(2);
    } else if (!subsampled) {
      return false;
    }
    return !(subsampled && reader.flag());
  }

  /** Up to the flags of frame_size_with_refs() (6.2.5). An intra-only frame is nothing that a layer could begin with. */
  private skipReferences(): boolean {
    const { reader } = this;
    if (!this.shown && reader.flag()) return false;
    if (!this.errorResilient) reader.bits(2);
    reader.bits(8 + 4 * REFERENCES);
    for (let reference = 0; reference < REFERENCES; reference++) if (reader.flag()) return false;
    return true;
  }
}

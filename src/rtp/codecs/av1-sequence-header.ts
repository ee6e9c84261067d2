import type { Memory } from '../../kit/index.js';
import { BitReader } from './bit-reader.js';
import type { VideoSize } from './video-inspector.js';

const MAX_PROFILE = 2;
/** Levels above it, 3.3 and more, have tiers (AV1 5.5.1). */
const LAST_LEVEL_WITHOUT_TIER = 7;

/** Colour description of sRGB, which has no chroma subsampling (AV1 5.5.2, 6.4.2). */
const PRIMARIES_BT_709 = 1;
const TRANSFER_SRGB = 13;
const MATRIX_IDENTITY = 0;

/** Reads sequence_header_obu() (AV1 5.5.1): a bounded number of steps, whatever its bits. */
export class SequenceHeaderReader {
  /** seq_profile, 0 to 2, of the last one read, as all of these. */
  profile = 0;
  /** seq_level_idx and seq_tier of the first operating point, the whole stream. */
  level = 0;
  tier = 0;
  /** Frame headers are the reduced ones of still pictures. */
  reduced = false;
  /** Bits a sample: 8, 10 or 12. With those below: right after `read`, not after `readSize`. */
  bitDepth = 8;
  monochrome = false;
  subsamplingX = 1;
  subsamplingY = 1;
  chromaSamplePosition = 0;
  private readonly reader = new BitReader();
  /** Bits of the decoder model's delays; 0 without one. */
  private delayLength = 0;

  /**
   * Reads the OBU whose payload begins at `offset`, its header excluded, up to the largest frame size.
   *
   * @returns false, `out` untouched, when it is malformed or cut short of the sizes
   */
  readSize(memory: Memory, offset: number, length: number, out: VideoSize): boolean {
    const reader = this.reader;
    reader.begin(memory, offset, length);
    this.profile = reader.bits(3);
    if (this.profile > MAX_PROFILE) return false;
    const stillPicture = reader.flag();
    this.reduced = reader.flag();
    if (this.reduced && !stillPicture) return false;
    this.level = 0;
    this.tier = 0;
    if (this.reduced) this.level = reader.bits(5);
    else this.readOperatingPoints();
    const widthBits = reader.bits(4) + 1;
    const heightBits = reader.bits(4) + 1;
    const width = reader.bits(widthBits) + 1;
    const height = reader.bits(heightBits) + 1;
    if (reader.failed) return false;
    out.width = width;
    out.height = height;
    return true;
  }

  /** As `readSize`, and on to how samples are coded. @returns false also when it is cut short of that */
  read(memory: Memory, offset: number, length: number, out: VideoSize): boolean {
    if (!this.readSize(memory, offset, length, out)) return false;
    this.skipTools();
    this.readColors();
    return !this.reader.failed;
  }

  private readOperatingPoints(): void {
    const reader = this.reader;
    this.delayLength = 0;
    if (reader.flag()) this.skipTiming();
    const hasDisplayDelay = reader.flag();
    const count = reader.bits(5) + 1;
    for (let index = 0; index < count && !reader.failed; index++) {
      reader.bits(12);
      const level = reader.bits(5);
      const tier = level > LAST_LEVEL_WITHOUT_TIER ? reader.bit() : 0;
      if (index === 0) {
        this.level = level;
        this.tier = tier;
      }
      if (this.delayLength > 0 && reader.flag()) {
        reader.bits(this.delayLength);
        reader.bits(this.delayLength);
        reader.bit();
      }
      if (hasDisplayDelay && reader.flag()) reader.bits(4);
    }
  }

  /** timing_info() and decoder_model_info() (5.5.3, 5.5.4). */
  private skipTiming(): void {
    const reader = this.reader;
    reader.bits(32);
    reader.bits(32);
    if (reader.flag()) reader.unsigned();
    if (!reader.flag()) return;
    this.delayLength = reader.bits(5) + 1;
    reader.bits(32);
    reader.bits(10);
  }

  /** From the sizes to color_config(). */
  private skipTools(): void {
    const { reader, reduced } = this;
    if (!reduced && reader.flag()) reader.bits(7);
    reader.bits(3);
    if (!reduced) {
      reader.bits(4);
      const hasOrderHint = reader.flag();
      if (hasOrderHint) reader.bits(2);
      const screenContent = reader.flag() || reader.flag();
      if (screenContent && !reader.flag()) reader.bit();
      if (hasOrderHint) reader.bits(3);
    }
    reader.bits(3);
  }

  /** color_config() (5.5.2). */
  private readColors(): void {
    const { reader, profile } = this;
    const deep = reader.flag();
    this.bitDepth = deep ? 10 : 8;
    if (profile === 2 && deep && reader.flag()) this.bitDepth = 12;
    this.monochrome = profile !== 1 && reader.flag();
    this.chromaSamplePosition = 0;
    const colors = reader.flag() ? reader.bits(24) : -1;
    if (this.monochrome) {
      this.setSubsampling(1, 1);
      return;
    }
    if (colors === (PRIMARIES_BT_709 << 16) + (TRANSFER_SRGB << 8) + MATRIX_IDENTITY) {
      this.setSubsampling(0, 0);
      return;
    }
    reader.bit();
    if (profile === 0) this.setSubsampling(1, 1);
    else if (profile === 1) this.setSubsampling(0, 0);
    else if (this.bitDepth === 12) {
      const x = reader.bit();
      this.setSubsampling(x, x === 1 ? reader.bit() : 0);
    } else this.setSubsampling(1, 0);
    if (this.subsamplingX + this.subsamplingY === 2) this.chromaSamplePosition = reader.bits(2);
  }

  private setSubsampling(x: number, y: number): void {
    this.subsamplingX = x;
    this.subsamplingY = y;
  }
}

import type { Memory } from '../../kit/index.js';
import { BitReader } from './bit-reader.js';
import type { VideoSize } from './video-inspector.js';

const MAX_PROFILE = 2;
/** Levels above it, 3.3 and more, have tiers (AV1 5.5.1). */
const LAST_LEVEL_WITHOUT_TIER = 7;

/** Reads the largest frame size out of sequence_header_obu() (AV1 5.5.1): a bounded number of steps, whatever its bits. */
export class SequenceHeaderReader {
  private readonly reader = new BitReader();
  /** Bits of the decoder model's delays; 0 without one. */
  private delayLength = 0;

  /**
   * Reads the OBU whose payload begins at `offset`, its header excluded.
   *
   * @returns false, `out` untouched, when it is malformed or cut short of the sizes
   */
  readSize(memory: Memory, offset: number, length: number, out: VideoSize): boolean {
    const reader = this.reader;
    reader.begin(memory, offset, length);
    if (reader.bits(3) > MAX_PROFILE) return false;
    const stillPicture = reader.flag();
    const reducedHeader = reader.flag();
    if (reducedHeader && !stillPicture) return false;
    if (reducedHeader) reader.bits(5);
    else this.skipOperatingPoints();
    const widthBits = reader.bits(4) + 1;
    const heightBits = reader.bits(4) + 1;
    const width = reader.bits(widthBits) + 1;
    const height = reader.bits(heightBits) + 1;
    if (reader.failed) return false;
    out.width = width;
    out.height = height;
    return true;
  }

  private skipOperatingPoints(): void {
    const reader = this.reader;
    this.delayLength = 0;
    if (reader.flag()) this.skipTiming();
    const hasDisplayDelay = reader.flag();
    for (let left = reader.bits(5) + 1; left > 0 && !reader.failed; left--) {
      reader.bits(12);
      if (reader.bits(5) > LAST_LEVEL_WITHOUT_TIER) reader.bit();
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
}

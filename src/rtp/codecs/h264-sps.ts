import type { Memory } from '../../kit/index.js';
import { RbspReader } from './rbsp-reader.js';
import type { VideoSize } from './video-inspector.js';

const MAX_SIDE = 16384;
const MAX_DEPTH = 14;
const MAX_SIDE_IN_MACROBLOCKS = MAX_SIDE / 16;

/** What decides how many samples one unit of cropping takes off (ITU-T H.264 table 6-1). */
const MONOCHROME = 0;
const YUV_420 = 1;
const YUV_444 = 3;

/**
 * Reads the picture size, and how samples are coded, out of sequence parameter sets (ITU-T H.264 7.3.2.1.1). Every count is bounded by
 * what 7.4.2.1.1 allows, so no parameter set, whatever its bits, costs more than some thousand steps.
 */
export class SpsReader {
  /** chroma_format_idc of the last one read: 0 monochrome, 1 4:2:0, 2 4:2:2, 3 4:4:4. */
  chromaFormat = YUV_420;
  /** Bits a sample, 8 to 14, of the last one read. */
  lumaDepth = 8;
  chromaDepth = 8;
  private readonly reader = new RbspReader();

  /**
   * Reads the NAL unit at `offset`, its header byte included.
   *
   * @returns false, `out` untouched, when it is malformed, cut short of the cropping fields, or larger than
   * 16384 a side
   */
  readSize(memory: Memory, offset: number, length: number, out: VideoSize): boolean {
    const reader = this.reader;
    reader.begin(memory, offset + 1, length - 1);
    const profile = reader.bits(8);
    reader.bits(16);
    this.lumaDepth = 8;
    this.chromaDepth = 8;
    if (reader.unsigned() > 31) return false;
    const chromaFormat = hasChromaFields(profile) ? this.readChroma() : YUV_420;
    if (chromaFormat < 0 || !this.skipOrder()) return false;
    this.chromaFormat = chromaFormat;
    if (reader.unsigned() > 16) return false;
    reader.bit();
    const columns = reader.unsigned() + 1;
    const rows = reader.unsigned() + 1;
    if (columns > MAX_SIDE_IN_MACROBLOCKS || rows > MAX_SIDE_IN_MACROBLOCKS) return false;
    const framesOnly = reader.flag();
    if (!framesOnly) reader.bit();
    reader.bit();
    const fieldsOfRow = framesOnly ? 1 : 2;
    let width = 16 * columns;
    let height = 16 * rows * fieldsOfRow;
    if (reader.flag()) {
      const unitX = chromaFormat === MONOCHROME || chromaFormat === YUV_444 ? 1 : 2;
      const unitY = (chromaFormat === YUV_420 ? 2 : 1) * fieldsOfRow;
      width -= unitX * (reader.unsigned() + reader.unsigned());
      height -= unitY * (reader.unsigned() + reader.unsigned());
    }
    if (reader.failed || width <= 0 || height <= 0 || height > MAX_SIDE) return false;
    out.width = width;
    out.height = height;
    return true;
  }

  /** The fields of the High profiles. Returns chroma_format_idc, or -1 when they are malformed. */
  private readChroma(): number {
    const reader = this.reader;
    const chromaFormat = reader.unsigned();
    if (chromaFormat > YUV_444) return -1;
    // Whether the planes are coded separately: they then crop like monochrome, which is how 4:4:4 does.
    if (chromaFormat === YUV_444) reader.bit();
    this.lumaDepth = 8 + reader.unsigned();
    this.chromaDepth = 8 + reader.unsigned();
    if (this.lumaDepth > MAX_DEPTH || this.chromaDepth > MAX_DEPTH) return -1;
    reader.bit();
    if (reader.flag()) {
      const lists = chromaFormat === YUV_444 ? 12 : 8;
      for (let list = 0; list < lists; list++) {
        if (reader.flag() && !this.skipScalingList(list < 6 ? 16 : 64)) return -1;
      }
    }
    return chromaFormat;
  }

  /** 7.3.2.1.1.1: the list ends early, without further codes, once a scale of 0 is reached. */
  private skipScalingList(size: number): boolean {
    let scale = 8;
    for (let index = 0; index < size; index++) {
      const delta = this.reader.signed();
      if (delta < -128 || delta > 127) return false;
      scale = (scale + delta + 256) & 0xff;
      if (scale === 0) return true;
    }
    return !this.reader.failed;
  }

  /** log2_max_frame_num and the picture order count's fields. */
  private skipOrder(): boolean {
    const reader = this.reader;
    if (reader.unsigned() > 12) return false;
    const type = reader.unsigned();
    if (type > 2) return false;
    if (type === 0) return reader.unsigned() <= 12;
    if (type === 1) {
      reader.bit();
      reader.signed();
      reader.signed();
      const cycle = reader.unsigned();
      if (cycle > 255) return false;
      for (let index = 0; index < cycle; index++) reader.signed();
    }
    return !reader.failed;
  }
}

function hasChromaFields(profile: number): boolean {
  switch (profile) {
    case 44:
    case 83:
    case 86:
    case 100:
    case 110:
    case 118:
    case 122:
    case 128:
    case 134:
    case 135:
    case 138:
    case 139:
    case 244:
      return true;
    default:
      return false;
  }
}

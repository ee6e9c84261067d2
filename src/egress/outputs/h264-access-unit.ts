import { memoryOf } from '../../kit/index.js';
import { avcDecoderConfiguration, h264ParameterSets, NalCursor, NalType } from '../../rtp/index.js';

/** An access unit without its parameter sets, as a player takes it that is told them apart. */
export interface AccessUnit {
  /** AVCDecoderConfigurationRecord, without the fields of the High profiles; null before the first one. */
  readonly configuration: Uint8Array | null;
  /** NAL units, each behind its length in four bytes. */
  readonly data: Uint8Array;
}

const accessUnitDelimiter = 9;

/** Takes the parameter sets out of access units, and remembers the last. */
export class AccessUnitReader {
  private configuration: Uint8Array | null = null;
  private readonly nal = new NalCursor();

  /** @returns null for what is malformed, or has no picture */
  read(accessUnit: Uint8Array, key: boolean): AccessUnit | null {
    const kept: Uint8Array[] = [];
    const { nal } = this;
    nal.begin(memoryOf(accessUnit));
    while (nal.next()) {
      const { type, offset, length } = nal;
      if (type === NalType.sps || type === NalType.pps || type === accessUnitDelimiter) continue;
      kept.push(accessUnit.subarray(offset - 4, offset + length));
    }
    if (nal.failed || kept.length === 0) return null;
    const sets = key ? h264ParameterSets(accessUnit) : null;
    if (sets) this.configuration = avcDecoderConfiguration(sets, false);
    return { configuration: this.configuration, data: kept.length === 1 ? kept[0]! : Buffer.concat(kept) };
  }
}

import { memoryOf } from '../../kit/index.js';
import { ObuCursor, ObuType } from '../codecs/av1-obu.js';
import { SequenceHeaderReader } from '../codecs/av1-sequence-header.js';
import type { VideoConfig } from './video-config.js';
import { twoDigits } from './vpx.js';

/** Marker and version. */
const RECORD_VERSION = 0x81;

/** Codec string and configuration record: AV1 Codec ISO Media File Format Binding, sections 5 and 2.3. */
export function av1Config(keyFrame: Uint8Array): VideoConfig | null {
  const memory = memoryOf(keyFrame);
  const obu = new ObuCursor();
  obu.begin(memory);
  while (obu.next()) {
    if (obu.type !== ObuType.sequenceHeader) continue;
    const sequence = new SequenceHeaderReader();
    const size = { width: 0, height: 0 };
    if (!sequence.read(memory, obu.payloadOffset, obu.payloadLength, size)) return null;
    const description = configurationRecord(sequence, keyFrame.subarray(obu.start, obu.end));
    return { codec: codecString(sequence), ...size, description };
  }
  return null;
}

function codecString({ profile, level, tier, bitDepth }: SequenceHeaderReader): string {
  return `av01.${profile}.${twoDigits(level)}${tier === 0 ? 'M' : 'H'}.${twoDigits(bitDepth)}`;
}

function configurationRecord(sequence: SequenceHeaderReader, obu: Uint8Array): Uint8Array {
  const record = new Uint8Array(4 + obu.length);
  record[0] = RECORD_VERSION;
  record[1] = (sequence.profile << 5) | sequence.level;
  record[2] =
    (sequence.tier << 7) |
    (sequence.bitDepth > 8 ? 0x40 : 0) |
    (sequence.bitDepth === 12 ? 0x20 : 0) |
    (sequence.monochrome ? 0x10 : 0) |
    (sequence.subsamplingX << 3) |
    (sequence.subsamplingY << 2) |
    sequence.chromaSamplePosition;
  record.set(obu, 4);
  return record;
}

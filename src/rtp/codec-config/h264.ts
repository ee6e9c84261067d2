import { memoryOf } from '../../kit/index.js';
import { NAL_LENGTH_SIZE, NalCursor, NalType } from '../codecs/h264-nal.js';
import { SpsReader } from '../codecs/h264-sps.js';
import type { VideoConfig } from './video-config.js';

/** What AVCDecoderConfigurationRecord can count and measure. */
const MAX_SPS = 31;
const MAX_PPS = 255;
const MAX_LENGTH = 0xffff;
/** NAL unit header, profile_idc, constraint flags, level_idc. */
const MIN_SPS_LENGTH = 4;
/** Profiles whose record has no fields of the High profiles: Baseline, Main, Extended. */
const PLAIN_PROFILES: readonly number[] = [66, 77, 88];

/** The parameter sets of an access unit, NAL units without length; at least one of each. */
export interface H264ParameterSets {
  readonly sps: readonly Uint8Array[];
  readonly pps: readonly Uint8Array[];
}

/**
 * Collects the parameter sets out of an access unit as `Depacketizer` makes it, each once, as copies.
 *
 * @returns null when it lacks one kind, or is malformed, or has more than a configuration record can hold
 */
export function h264ParameterSets(data: Uint8Array): H264ParameterSets | null {
  const nal = new NalCursor();
  nal.begin(memoryOf(data));
  const sps: Uint8Array[] = [];
  const pps: Uint8Array[] = [];
  while (nal.next()) {
    if (nal.type !== NalType.sps && nal.type !== NalType.pps) continue;
    const isSps = nal.type === NalType.sps;
    if (nal.length > MAX_LENGTH || (isSps && nal.length < MIN_SPS_LENGTH)) return null;
    const sets = isSps ? sps : pps;
    const unit = data.subarray(nal.offset, nal.offset + nal.length);
    if (sets.some((set) => Buffer.compare(set, unit) === 0)) continue;
    if (sets.length === (isSps ? MAX_SPS : MAX_PPS)) return null;
    sets.push(unit.slice());
  }
  return nal.failed || sps.length === 0 || pps.length === 0 ? null : { sps, pps };
}

/**
 * Writes AVCDecoderConfigurationRecord (ISO 14496-15 5.3.3.1), for NAL units behind lengths of four bytes.
 *
 * @param highProfileFields ends with chroma format and depths if the profile is a High one. MP4 has them; the parser
 * of the Web SDK's MSE player throws on them (WCS spec F.2)
 */
export function avcDecoderConfiguration(sets: H264ParameterSets, highProfileFields: boolean): Uint8Array {
  const first = sets.sps[0] as Uint8Array;
  const [, profile = 0, compatibility = 0, level = 0] = first;
  const bytes = [1, profile, compatibility, level, 0xfc | (NAL_LENGTH_SIZE - 1), 0xe0 | sets.sps.length];
  pushSets(bytes, sets.sps);
  bytes.push(sets.pps.length);
  pushSets(bytes, sets.pps);
  if (highProfileFields && !PLAIN_PROFILES.includes(profile)) {
    const reader = new SpsReader();
    reader.readSize(memoryOf(first), 0, first.length, { width: 0, height: 0 });
    // The last byte: no extensions of sequence parameter sets.
    bytes.push(0xfc | reader.chromaFormat, 0xf8 | (reader.lumaDepth - 8), 0xf8 | (reader.chromaDepth - 8), 0);
  }
  return Uint8Array.from(bytes);
}

/**
 * The parameter sets of an AVCDecoderConfigurationRecord (ISO/IEC 14496-15 section 5.3.3.1), each behind its length in four
 * bytes; as far as they are whole.
 */
export function parameterSetsIn(record: Uint8Array): Uint8Array {
  const units: Buffer[] = [];
  let at = 5;
  for (const mask of [0x1f, 0xff]) {
    const count = (record[at] ?? 0) & mask;
    at += 1;
    for (let unit = 0; unit < count && at + 2 <= record.length; unit += 1) {
      const length = ((record[at] as number) << 8) | (record[at + 1] as number);
      const data = record.subarray(at + 2, at + 2 + length);
      if (data.length < length) return Buffer.concat(units);
      const size = Buffer.alloc(4);
      size.writeUInt32BE(length);
      units.push(size, Buffer.from(data));
      at += 2 + length;
    }
  }
  return Buffer.concat(units);
}

export function h264Config(keyFrame: Uint8Array): VideoConfig | null {
  const sets = h264ParameterSets(keyFrame);
  if (!sets) return null;
  const first = sets.sps[0] as Uint8Array;
  const size = { width: 0, height: 0 };
  if (!new SpsReader().readSize(memoryOf(first), 0, first.length, size)) return null;
  const codec = `avc1.${Buffer.from(first.subarray(1, MIN_SPS_LENGTH)).toString('hex')}`;
  return { codec, ...size, description: avcDecoderConfiguration(sets, true) };
}

function pushSets(bytes: number[], sets: readonly Uint8Array[]): void {
  for (const set of sets) bytes.push(set.length >> 8, set.length & 0xff, ...set);
}

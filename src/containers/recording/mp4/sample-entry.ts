import type { AudioTrack, VideoCodec, VideoConfig } from '../recording-tracks.js';
import { ascii, box, u16, u32, zeros } from './boxes.js';

/**
 * The sample entry of a video track. H264 is `avc1`, which every player knows, although its parameter sets stay in-band as
 * well (`avc3`, ISO/IEC 14496-15 section 5.4.2): a publisher may change its size, and each key frame then has its own.
 */
export function videoEntry(codec: VideoCodec, config: VideoConfig): Uint8Array {
  const common = [
    ...zeros(6),
    ...u16(1),
    ...zeros(16),
    ...u16(config.width),
    ...u16(config.height),
    ...u32(0x00480000),
    ...u32(0x00480000),
    ...zeros(4),
    ...u16(1),
    ...zeros(32),
    ...u16(24),
    ...u16(0xffff),
  ];
  if (codec === 'H264') return box('avc1', common, box('avcC', config.description ?? []));
  return box('av01', common, box('av1C', config.description ?? av1Record(config.codec)));
}

/** The four bytes of an AV1VideoConfigurationRecord without OBUs, from a codec string (AV1 in ISOBMFF sections 2.3, 5). */
export function av1Record(codec: string): number[] {
  const match = /^av01\.([0-2])\.(\d\d)([MH])\.(08|10|12)/.exec(codec);
  const [profile, level] = [Number(match?.[1] ?? 0), Number(match?.[2] ?? 8) & 31];
  const tier = match?.[3] === 'H' ? 0x80 : 0;
  const deep = match?.[4] === '10' || match?.[4] === '12' ? 0x40 : 0;
  const twelve = match?.[4] === '12' ? 0x20 : 0;
  const subsampling = profile === 1 ? 0 : profile === 2 && twelve === 0 ? 0x08 : 0x0c;
  return [0x81, (profile << 5) | level, tier | deep | twelve | subsampling, 0];
}

export function audioEntry(track: AudioTrack): Uint8Array {
  const opus = track.codec === 'opus';
  const rate = opus ? 48000 : track.clockRate;
  const common = [
    ...zeros(6),
    ...u16(1),
    ...zeros(8),
    ...u16(track.channels),
    ...u16(16),
    ...zeros(4),
    ...u16(rate),
    ...u16(0),
  ];
  if (!opus) return box(track.codec === 'PCMA' ? 'alaw' : 'ulaw', common);
  // OpusSpecificBox, "Encapsulation of Opus in ISO Base Media File Format" section 4.3.2. No pre-skip: the recording
  // begins in the middle of a stream, and its times are true.
  const specific = [0, track.channels, ...u16(0), ...u32(48000), ...u16(0), 0];
  return box('Opus', common, box('dOps', specific));
}

export const handlerName = (kind: 'audio' | 'video'): number[] => [
  ...ascii(kind === 'video' ? 'vide' : 'soun'),
  ...zeros(12),
  ...ascii(kind === 'video' ? 'Video' : 'Audio'),
  0,
];

import { element, floatElement, textElement, unsignedElement } from './ebml.js';
import { id } from './matroska-ids.js';

/** A track of pictures: its blocks are frames as `MediaFrame` has them (H264 in NAL units with a length of four bytes). */
export interface MatroskaVideoTrack {
  readonly kind: 'video';
  readonly codec: 'H264' | 'VP8' | 'VP9' | 'AV1';
  /** Pixels. Only a hint for readers: what the stream says is what counts. */
  readonly width: number;
  readonly height: number;
  /** H264: AVCDecoderConfigurationRecord (ISO/IEC 14496-15 section 5.3.3.1), needed; AV1: AV1CodecConfigurationRecord (av1C), may be left out. */
  readonly configuration?: Uint8Array;
}

/** A track of sound: its blocks are packets as RTP carries them. */
export interface MatroskaAudioTrack {
  readonly kind: 'audio';
  readonly codec: 'opus' | 'PCMA' | 'PCMU' | 'G722';
  readonly channels: number;
  /** Opus: identification header "OpusHead" (RFC 7845 section 5.1), needed. */
  readonly configuration?: Uint8Array;
}

export type MatroskaTrack = MatroskaVideoTrack | MatroskaAudioTrack;

const VIDEO_IDS = { H264: 'V_MPEG4/ISO/AVC', VP8: 'V_VP8', VP9: 'V_VP9', AV1: 'V_AV1' } as const;

/** Sound that Matroska knows by its WAVE format only: tag, samples a second, and bits a sample in WAVEFORMATEX (RFC 2361). */
const WAVE_FORMATS = {
  PCMA: { tag: 0x0006, rate: 8000, bits: 8 },
  PCMU: { tag: 0x0007, rate: 8000, bits: 8 },
  G722: { tag: 0x028f, rate: 16000, bits: 4 },
} as const;

const OPUS_RATE = 48000;
/** Where an OpusHead says how many samples to drop at the start. */
const PRE_SKIP = 10;
/** What an Opus decoder needs before a seek point, in ns (RFC 9559 section 5.1.4.1.26, RFC 7845 section 4.6). */
const OPUS_SEEK_PRE_ROLL = 80_000_000;

/** TrackEntry (RFC 9559 section 5.1.4.1). @param number what blocks call the track, from 1 */
export function trackEntry(number: number, track: MatroskaTrack): Uint8Array {
  return element(
    id.TrackEntry,
    unsignedElement(id.TrackNumber, number),
    unsignedElement(id.TrackUID, number),
    unsignedElement(id.TrackType, track.kind === 'video' ? 1 : 2),
    unsignedElement(id.FlagLacing, 0),
    ...(track.kind === 'video' ? video(track) : audio(track)),
  );
}

function video(track: MatroskaVideoTrack): Uint8Array[] {
  return [
    textElement(id.CodecID, VIDEO_IDS[track.codec]),
    ...codecPrivate(track.configuration),
    element(
      id.Video,
      unsignedElement(id.PixelWidth, track.width),
      unsignedElement(id.PixelHeight, track.height),
    ),
  ];
}

function audio(track: MatroskaAudioTrack): Uint8Array[] {
  if (track.codec === 'opus') return opus(track);
  const { tag, rate, bits } = WAVE_FORMATS[track.codec];
  return [
    textElement(id.CodecID, 'A_MS/ACM'),
    ...codecPrivate(waveFormat(tag, rate, bits, track.channels)),
    element(
      id.Audio,
      floatElement(id.SamplingFrequency, rate),
      unsignedElement(id.Channels, track.channels),
      unsignedElement(id.BitDepth, bits),
    ),
  ];
}

function opus(track: MatroskaAudioTrack): Uint8Array[] {
  const head = track.configuration;
  const preSkip = head && head.length > PRE_SKIP + 1 ? head[PRE_SKIP]! | (head[PRE_SKIP + 1]! << 8) : 0;
  return [
    textElement(id.CodecID, 'A_OPUS'),
    ...codecPrivate(head),
    ...(preSkip > 0 ? [unsignedElement(id.CodecDelay, Math.round((preSkip * 1e9) / OPUS_RATE))] : []),
    unsignedElement(id.SeekPreRoll, OPUS_SEEK_PRE_ROLL),
    element(
      id.Audio,
      floatElement(id.SamplingFrequency, OPUS_RATE),
      unsignedElement(id.Channels, track.channels),
    ),
  ];
}

function codecPrivate(bytes: Uint8Array | undefined): Uint8Array[] {
  return bytes ? [element(id.CodecPrivate, bytes)] : [];
}

/** WAVEFORMATEX, little-endian, without extra bytes: 18 bytes. */
function waveFormat(tag: number, rate: number, bits: number, channels: number): Uint8Array {
  const bytes = new Uint8Array(18);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, tag, true);
  view.setUint16(2, channels, true);
  view.setUint32(4, rate, true);
  view.setUint32(8, (rate * channels * bits) / 8, true);
  view.setUint16(12, Math.max(1, (channels * bits) >> 3), true);
  view.setUint16(14, bits, true);
  return bytes;
}

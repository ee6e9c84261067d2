import type { MatroskaTrack } from '../../containers/index.js';
import {
  aacArguments,
  type EncoderName,
  h264Arguments,
  mpeg1Arguments,
  mpeg1FrameRate,
  muLawArguments,
  outputSize,
  type Preset,
  type Size,
  vp8Arguments,
} from '../../ffmpeg/index.js';
import type { TrackDescription } from '../../media/index.js';
import { opusHead, videoConfig } from '../../rtp/index.js';
import type { AudioProfile, TranscodeProfile, VideoProfile } from './transcode-profile.js';

/** How ffmpeg is to be run for a source as it is now, and what its input begins with. */
export interface TranscodeCommand {
  readonly args: readonly string[];
  /** Of its input. */
  readonly track: MatroskaTrack;
}

/** How much the encoders may take. */
export interface EncoderSettings {
  readonly threads: number;
  readonly preset: Preset;
}

/** The pictures a second that bitrates are shared out by: what cameras send. */
const usualFrameRate = 30;
const aacBitratePerChannel = 64;
/** kbit/s for a pixel of the picture: a tenth of a bit for each that is shown, and more for the older codec. */
const bitratePerPixel = { H264: 0.003, VP8: 0.003, MPEG1: 0.005 } as const;
const leastBitrate = 50;
const mostBitrate = 8000;

const encoders: Readonly<Record<TranscodeProfile['codec'], EncoderName>> = {
  H264: 'libx264',
  VP8: 'libvpx',
  MPEG1: 'mpeg1video',
  AAC: 'aac',
  PCMU: 'pcm_mulaw',
  opus: 'libopus',
};

/** The encoder that a profile takes. */
export function encoderOf({ codec }: Pick<TranscodeProfile, 'codec'>): EncoderName {
  return encoders[codec];
}

/** Whether frames of a codec can be given to ffmpeg. @param codecName SDP name */
export function isTranscodable(codecName: string): boolean {
  return videoCodec(codecName) !== null || audioCodec(codecName) !== null;
}

/** @returns null for a codec that cannot be given to ffmpeg */
export function audioCommand(profile: AudioProfile, source: TrackDescription): TranscodeCommand | null {
  const codec = audioCodec(source.codec.name);
  if (codec === null) return null;
  const channels = source.codec.channels === 2 ? 2 : 1;
  const track: MatroskaTrack =
    codec === 'opus'
      ? { kind: 'audio', codec, channels, configuration: opusHead(channels) }
      : { kind: 'audio', codec, channels };
  const args =
    profile.codec === 'PCMU'
      ? muLawArguments()
      : aacArguments({ bitrate: channels * aacBitratePerChannel, channels });
  return { args, track };
}

/**
 * @param keyFrame of the source, from which its size is known
 * @param rotation how far it is turned, degrees clockwise
 * @returns null when it is none, or the size that comes out is none that can be made
 */
export function videoCommand(
  profile: VideoProfile,
  source: TrackDescription,
  keyFrame: Uint8Array,
  settings: EncoderSettings,
  rotation = 0,
): TranscodeCommand | null {
  const codec = videoCodec(source.codec.name);
  const config = codec && videoConfig(codec, keyFrame);
  if (!codec || !config) return null;
  const { width, height, description } = config;
  const upright = rotation % 180 === 0 ? config : { width: height, height: width };
  const size = outputSize(upright, asked(profile));
  if (!size) return null;
  const track: MatroskaTrack = {
    kind: 'video',
    codec,
    width,
    height,
    ...(description ? { configuration: description } : {}),
  };
  return { args: videoArguments(profile, size, rotation, settings), track };
}

function videoArguments(
  profile: VideoProfile,
  size: Size,
  rotation: number,
  settings: EncoderSettings,
): string[] {
  const { codec, keyFrameInterval, maxFrameRate } = profile;
  const bitrate = profile.bitrate || bitrateFor(codec, size, profile.quality);
  const { threads, preset } = settings;
  if (codec === 'MPEG1') {
    const group = Math.max(1, Math.round(keyFrameInterval * mpeg1FrameRate));
    return mpeg1Arguments({ size, bitrate, group, rotation, threads });
  }
  const target = {
    ...{ size, bitrate, frameRate: usualFrameRate, keyFrameInterval, rotation, threads, preset },
    ...(maxFrameRate === undefined ? {} : { maxFrameRate }),
  };
  return codec === 'H264' ? h264Arguments(target) : vp8Arguments(target);
}

/**
 * What suits a size, kbit/s.
 * @param quality 1 to 100: 50 for just that, less for a smaller part of it, 100 for twice as much
 */
export function bitrateFor(codec: VideoProfile['codec'], { width, height }: Size, quality = 50): number {
  const suitable = Math.round(width * height * bitratePerPixel[codec] * (quality / 50));
  return Math.min(mostBitrate, Math.max(leastBitrate, suitable));
}

function asked({ width, height }: VideoProfile): { width?: number; height?: number } {
  return { ...(width > 0 ? { width } : {}), ...(height > 0 ? { height } : {}) };
}

function videoCodec(name: string): 'H264' | 'VP8' | 'VP9' | 'AV1' | null {
  const upper = name.toUpperCase();
  return upper === 'H264' || upper === 'VP8' || upper === 'VP9' || upper === 'AV1' ? upper : null;
}

function audioCodec(name: string): 'opus' | 'PCMA' | 'PCMU' | 'G722' | null {
  const upper = name.toUpperCase();
  if (upper === 'OPUS') return 'opus';
  return upper === 'PCMA' || upper === 'PCMU' || upper === 'G722' ? upper : null;
}

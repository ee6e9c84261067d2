import { execFileSync } from 'node:child_process';
import { type MatroskaTrack, matroskaFrame, matroskaHeader } from './live-matroska.js';

/** One encoded frame. `time` in ms. */
export interface EncodedFrame {
  readonly time: number;
  readonly key: boolean;
  readonly data: Buffer;
}

export interface EncodedTrack {
  readonly track: MatroskaTrack;
  readonly frames: readonly EncodedFrame[];
}

/** What ffmpeg makes of arguments that write to standard output. */
export function ffmpegOutput(args: readonly string[], input?: Uint8Array): Buffer {
  return execFileSync('ffmpeg', ['-hide_banner', '-loglevel', 'error', ...args, 'pipe:1'], {
    ...(input ? { input } : {}),
    maxBuffer: 1 << 28,
  });
}

/** The tags of an FLV file. */
export function flvTags(file: Buffer): { type: number; time: number; data: Buffer }[] {
  const tags: { type: number; time: number; data: Buffer }[] = [];
  for (let at = 13; at + 11 <= file.length; ) {
    const length = file.readUIntBE(at + 1, 3);
    const time = file.readUIntBE(at + 4, 3) + file.readUInt8(at + 7) * 2 ** 24;
    tags.push({ type: file.readUInt8(at), time, data: file.subarray(at + 11, at + 11 + length) });
    at += 15 + length;
  }
  return tags;
}

/** The pictures of an FLV file with H.264, as access units; without the codec's configuration. */
export function flvPictures(file: Buffer): EncodedFrame[] {
  return flvTags(file)
    .filter(({ type, data }) => type === 9 && data[1] === 1)
    .map(({ time, data }) => ({ time, key: data.readUInt8(0) >> 4 === 1, data: data.subarray(5) }));
}

/** The frames of an IVF file with VP8. */
export function ivfPictures(file: Buffer): EncodedFrame[] {
  const frames: EncodedFrame[] = [];
  for (let at = file.readUInt16LE(6); at + 12 <= file.length; ) {
    const length = file.readUInt32LE(at);
    const data = file.subarray(at + 12, at + 12 + length);
    frames.push({ time: Number(file.readBigUInt64LE(at + 4)), key: (data.readUInt8(0) & 1) === 0, data });
    at += 12 + length;
  }
  return frames;
}

/** H.264 of a picture source of the filter language. */
export function h264Track(source: string, width: number, height: number): EncodedTrack {
  const file = ffmpegOutput([
    ...['-f', 'lavfi', '-i', source, '-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency'],
    ...['-profile:v', 'baseline', '-pix_fmt', 'yuv420p', '-f', 'flv'],
  ]);
  const configuration = flvTags(file).find(({ type, data }) => type === 9 && data[1] === 0);
  const codecPrivate = configuration?.data.subarray(5) ?? Buffer.alloc(0);
  return {
    track: { codecId: 'V_MPEG4/ISO/AVC', codecPrivate, video: { width, height } },
    frames: flvPictures(file),
  };
}

/** µ-law of a sine, 20 ms a frame. */
export function muLawTrack(seconds: number): EncodedTrack {
  const samples = ffmpegOutput(['-f', 'lavfi', '-i', `sine=440:r=8000:d=${seconds}`, '-f', 'mulaw']);
  // A codec that Matroska has no name for, by that of Windows: tag 7, one channel, 8000 Hz, 8 bits.
  const codecPrivate = Buffer.from('07000100401f0000401f0000010008000000', 'hex');
  const frames = Array.from({ length: seconds * 50 }, (_, index) => ({
    time: index * 20,
    key: true,
    data: samples.subarray(index * 160, (index + 1) * 160),
  }));
  return { track: { codecId: 'A_MS/ACM', codecPrivate, audio: { rate: 8000, channels: 1 } }, frames };
}

/** A live stream of a track, all times moved by `shift` ms. */
export function matroskaChunks({ track, frames }: EncodedTrack, shift = 0): Buffer[] {
  return [
    matroskaHeader(track),
    ...frames.map(({ time, key, data }) => matroskaFrame(time + shift, key, data)),
  ];
}

import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { type Depacketizer, depacketizer } from '../../../src/rtp/index.js';
import { atEnd, PREFIX } from './support.js';

interface Encoded {
  readonly frames: readonly string[];
  /** By frame; AV1 has none, ffmpeg 5 does not send it. */
  readonly payloads?: readonly (readonly string[])[];
  readonly record?: string;
}

const file = new URL('../../fixtures/rtp/encoded-frames.json', import.meta.url);

/**
 * Four pictures of 96×64, the first and the last key frames, as encoders of ffmpeg 5.1 made them, in base64: the
 * frames, the RTP payloads that ffmpeg itself cuts them into, and the configuration record it writes into MP4.
 *
 *     S="-f lavfi -i testsrc2=size=96x64:rate=25:duration=0.16 -pix_fmt yuv420p"
 *     V="-g 3 -deadline realtime -lag-in-frames 0 -auto-alt-ref 0 -b:v 100k"
 *     ffmpeg $S -c:v libx264 -preset veryfast -profile:v high -bf 0 -g 3 -crf 35 h264.h264
 *     ffmpeg $S -c:v libvpx $V vp8.ivf
 *     ffmpeg $S -c:v libvpx-vp9 $V vp9.ivf
 *     ffmpeg $S -c:v libaom-av1 -g 3 -usage realtime -cpu-used 8 -lag-in-frames 0 -b:v 100k av1.ivf
 *     ffmpeg -i <each> -c copy -strict experimental -f rtp 'rtp://127.0.0.1:41990?pkt_size=300'
 *     ffmpeg -i <each> -c copy <each>.mp4
 *
 * Start codes of H.264 became lengths, and AV1's temporal delimiters were taken off.
 */
const encoded = JSON.parse(readFileSync(file, 'utf8')) as Record<string, Encoded>;

const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'base64'));

export function encodedFrames(codec: string): Uint8Array[] {
  return encoded[codec]!.frames.map(bytes);
}

export function encodedPayloads(codec: string): Uint8Array[][] {
  return encoded[codec]!.payloads!.map((payloads) => payloads.map(bytes));
}

export function encodedRecord(codec: string): Uint8Array {
  return bytes(encoded[codec]!.record!);
}

/** Adds a payload that ends where its memory does. */
export function adding(depacketizer: Depacketizer, payload: Uint8Array): boolean {
  return depacketizer.add(atEnd(payload), PREFIX, payload.length);
}

/** What a new depacketizer makes of the payloads of one frame, in hex; null as soon as one is refused. */
export function assembled(codec: string, payloads: readonly Uint8Array[]): string | null {
  const assembler = depacketizer(codec)!;
  const accepted = payloads.every((payload) => adding(assembler, payload));
  const frame = assembler.finish();
  if (!accepted) expect(frame).toBeNull();
  return frame && Buffer.from(frame).toString('hex');
}

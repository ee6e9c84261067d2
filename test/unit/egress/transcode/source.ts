import { execFileSync } from 'node:child_process';
import { IvfReader } from '../../../../src/containers/index.js';
import type { TranscodeSource } from '../../../../src/egress/transcode/transcode.js';
import type { FrameListener, MediaFrame, TrackDescription } from '../../../../src/media/index.js';
import { isKeyFrame } from '../../../../src/rtp/index.js';

/** A track as a publisher has it. */
export function trackOf(kind: 'audio' | 'video', name: string, clockRate: number): TrackDescription {
  const feedback = { nack: true, pli: true, fir: false, remb: false, transportCc: false };
  return {
    kind,
    codec: { name, payloadType: 96, clockRate, channels: kind === 'audio' ? 1 : 0, fmtp: '' },
    rtxPayloadType: null,
    redPayloadType: null,
    transport: 0,
    feedback,
    reducedSize: true,
    extensions: [],
    encodings: [],
    maxBitrate: 0,
  };
}

/** A stream with a picture of VP8 and sound of µ-law, whose frames the test gives. */
export class FakeSource implements TranscodeSource {
  readonly tracks = [trackOf('video', 'VP8', 90_000), trackOf('audio', 'PCMU', 8000)];
  keyFrameRequests = 0;
  readonly listeners = new Set<FrameListener>();

  subscribe(listener: FrameListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  requestKeyFrame(): void {
    this.keyFrameRequests += 1;
  }

  give(frame: Partial<MediaFrame>): void {
    const whole: MediaFrame = {
      kind: 'video',
      key: false,
      time: 0,
      timestamp: 0,
      data: Uint8Array.of(1),
      discontinuity: false,
      ...frame,
    };
    for (const listener of [...this.listeners]) listener(whole);
  }
}

/** The first frame of a picture of VP8 that says so of its size (RFC 6386 section 9.1), and nothing more. */
export function vp8KeyFrame(width: number, height: number): Uint8Array {
  const size = [width & 0xff, width >> 8, height & 0xff, height >> 8];
  return Uint8Array.from([0x10, 0, 0, 0x9d, 0x01, 0x2a, ...size, ...new Array(20).fill(0)]);
}

/** Pictures that a VP8 encoder has made, 30 a second, from `start` ms on. */
export function vp8Frames(seconds: number, size: string, start: number): MediaFrame[] {
  const input = ['-f', 'lavfi', '-i', `testsrc=size=${size}:rate=30:duration=${seconds}`];
  const coded = ['-c:v', 'libvpx', '-deadline', 'realtime', '-cpu-used', '12', '-f', 'ivf', 'pipe:1'];
  const file = execFileSync('ffmpeg', ['-loglevel', 'error', ...input, ...coded], { maxBuffer: 1 << 26 });
  const frames = new IvfReader(1 << 22).push(file) ?? [];
  return frames.map(({ time, data }) => ({
    kind: 'video',
    key: isKeyFrame('VP8', data),
    time: start + time,
    timestamp: Math.round((start + time) * 90),
    data,
    discontinuity: false,
  }));
}

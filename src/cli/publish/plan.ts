import type { FileTarget, FileTracks, FileVideo } from '../../ffmpeg/index.js';
import type { PublishArguments } from './arguments.js';

/** How the pictures of a file are sent, as an offer names them. */
export interface VideoPlan {
  readonly codec: 'H264' | 'VP8';
  readonly fmtp: string;
}

export interface PublishPlan {
  readonly target: FileTarget;
  readonly video: VideoPlan | null;
  readonly hasAudio: boolean;
}

/** profile_idc and profile_iop of RFC 6184 section 8.1, by ffprobe's names. */
const profiles: Readonly<Record<string, string>> = {
  'Constrained Baseline': '42e0',
  Baseline: '4200',
  Main: '4d00',
  High: '6400',
};
const audioBitrate = 96;
const leastBitrate = 300;
const mostBitrate = 8000;
/** Bits that a pixel of each picture takes. */
const bitsAPixel = 0.07;
const usualFrameRate = 30;

/** What is sent as it is, and what is encoded anew. */
export function planPublishing(tracks: FileTracks, options: PublishArguments): PublishPlan {
  const { video, audio } = tracks;
  const { loop, width, bitrate } = options;
  const codec = options.codec ?? 'H264';
  const profile = video && width === 0 && bitrate === 0 && codec === 'H264' ? profileOf(video) : null;
  return {
    target: {
      loop,
      video:
        video === null
          ? null
          : profile !== null
            ? { index: video.index, copy: true }
            : { index: video.index, copy: false, codec, width, bitrate: bitrate || suitable(video, width) },
      audio: audio && {
        index: audio.index,
        ...(audio.codec === 'opus' ? { copy: true } : { copy: false, bitrate: audioBitrate }),
      },
    },
    video: video && { codec, fmtp: codec === 'VP8' ? '' : h264Format(profile ?? '42e0') },
    hasAudio: audio !== null,
  };
}

/** Of pictures that WebRTC takes as they are; null for others. */
function profileOf({ codec, profile, hasBFrames, pixelFormat, rotated }: FileVideo): string | null {
  if (codec !== 'h264' || hasBFrames || rotated || pixelFormat !== 'yuv420p') return null;
  return profiles[profile] ?? null;
}

function h264Format(profile: string): string {
  return `level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=${profile}1f`;
}

function suitable(video: FileVideo, width: number): number {
  const scale = width === 0 || video.width === 0 ? 1 : width / video.width;
  const pixels = video.width * video.height * scale * scale;
  const rate = (pixels * (video.frameRate || usualFrameRate) * bitsAPixel) / 1000;
  return Math.round(Math.min(mostBitrate, Math.max(leastBitrate, rate)));
}

import { dirname, join } from 'node:path';
import { reasonOf } from '../kit/index.js';
import { runToEnd } from './run-to-end.js';

export interface FileVideo {
  readonly index: number;
  /** ffmpeg's name: `h264`, `vp8`, … */
  readonly codec: string;
  readonly profile: string;
  readonly width: number;
  readonly height: number;
  /** Pictures a second; 0 when it is not known. */
  readonly frameRate: number;
  readonly hasBFrames: boolean;
  readonly pixelFormat: string;
  /** It is to be turned before it is shown. */
  readonly rotated: boolean;
}

export interface FileAudio {
  readonly index: number;
  readonly codec: string;
}

/** What is in a media file; null for what it has none of. */
export interface FileTracks {
  readonly video: FileVideo | null;
  readonly audio: FileAudio | null;
}

const limits = { timeLimit: 30_000, maxOutput: 1 << 20 };

/**
 * Reads what is in a file, by the ffprobe that lies beside ffmpeg.
 * @throws (rejects) Error that says why it cannot
 */
export async function inspectFile(ffmpeg: string, file: string): Promise<FileTracks> {
  const program = ffmpeg.includes('/') ? join(dirname(ffmpeg), 'ffprobe') : 'ffprobe';
  const args = ['-v', 'error', '-protocol_whitelist', 'file', '-show_streams', '-of', 'json', `file:${file}`];
  const run = await runToEnd({ program, args }, limits);
  if (run.output === null) throw new Error(run.reason);
  try {
    return readTracks(run.output.toString());
  } catch (error) {
    throw new Error(`what ffprobe says of it cannot be read: ${reasonOf(error)}`);
  }
}

/**
 * The first picture and the first sound of what ffprobe lists as JSON; cover art is no picture.
 * @throws Error for what is no such list
 */
export function readTracks(json: string): FileTracks {
  const { streams } = Object(JSON.parse(json)) as { streams?: unknown };
  if (!Array.isArray(streams)) throw new Error('it lists no streams');
  const all = streams.map((stream) => Object(stream) as Record<string, unknown>);
  const video = all.find((stream) => stream.codec_type === 'video' && !isCover(stream));
  const audio = all.find((stream) => stream.codec_type === 'audio');
  return {
    video: video ? videoOf(video) : null,
    audio: audio ? { index: Number(audio.index), codec: text(audio.codec_name) } : null,
  };
}

function videoOf(stream: Record<string, unknown>): FileVideo {
  const sideData = Array.isArray(stream.side_data_list) ? stream.side_data_list : [];
  const [over = 0, under = 0] = text(stream.avg_frame_rate).split('/').map(Number);
  const frameRate = over / under;
  return {
    index: Number(stream.index),
    codec: text(stream.codec_name),
    profile: text(stream.profile),
    width: Number(stream.width) || 0,
    height: Number(stream.height) || 0,
    frameRate: Number.isFinite(frameRate) ? frameRate : 0,
    hasBFrames: Number(stream.has_b_frames) !== 0,
    pixelFormat: text(stream.pix_fmt),
    rotated: sideData.some((item) => Number(Object(item).rotation ?? 0) !== 0),
  };
}

function isCover({ disposition }: Record<string, unknown>): boolean {
  return Number(Object(disposition).attached_pic ?? 0) === 1;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

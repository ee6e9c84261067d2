/** How a track of a file is to be sent: as it is, or encoded anew. */
export type FileTrackTarget = { readonly index: number; readonly copy: true } | FileEncoding;

interface FileEncoding {
  readonly index: number;
  readonly copy: false;
  /** kbit/s */
  readonly bitrate: number;
}

export interface FileVideoEncoding extends FileEncoding {
  readonly codec: 'H264' | 'VP8';
  /** Pixels, even; the height follows. 0 for as it is. */
  readonly width: number;
}

export interface FileTarget {
  readonly video: { readonly index: number; readonly copy: true } | FileVideoEncoding | null;
  readonly audio: FileTrackTarget | null;
  readonly loop: boolean;
}

/** Seconds between key frames: no player can ask ffmpeg for one. */
const keyFrameInterval = 1;

/**
 * A file as live Matroska on standard output, in real time, pictures and sound as WebRTC takes them: H.264 of constrained
 * baseline without B frames, or VP8; Opus.
 */
export function fileArguments(file: string, { video, audio, loop }: FileTarget): string[] {
  return [
    ...['-hide_banner', '-nostats', '-loglevel', 'error', '-nostdin', '-protocol_whitelist', 'file,pipe'],
    ...['-re', ...(loop ? ['-stream_loop', '-1'] : []), '-i', `file:${file}`],
    ...(video ? ['-map', `0:${video.index}`, ...videoArguments(video)] : []),
    ...(audio ? ['-map', `0:${audio.index}`, ...audioArguments(audio)] : []),
    ...['-map_metadata', '-1', '-write_crc32', '0', '-cluster_time_limit', '10', '-flush_packets', '1'],
    ...['-f', 'matroska', '-live', '1', 'pipe:1'],
  ];
}

function videoArguments(video: NonNullable<FileTarget['video']>): string[] {
  if (video.copy) return ['-c:v', 'copy'];
  const rate = `${video.bitrate}k`;
  const size = video.width === 0 ? 'trunc(iw/2)*2:trunc(ih/2)*2' : `${video.width}:-2`;
  return [
    ...['-vf', `scale=${size},setsar=1,format=yuv420p`, ...codecArguments[video.codec]],
    ...['-force_key_frames', `expr:gte(t,n_forced*${keyFrameInterval})`, '-g', '100000'],
    ...['-b:v', rate, '-maxrate', rate, '-bufsize', rate],
  ];
}

const codecArguments = {
  H264: [
    ...['-c:v', 'libx264', '-preset', 'veryfast', '-tune', 'zerolatency', '-profile:v', 'baseline'],
    ...['-bf', '0', '-sc_threshold', '0', '-forced-idr', '1'],
  ],
  VP8: [
    ...['-c:v', 'libvpx', '-deadline', 'realtime', '-cpu-used', '8'],
    ...['-lag-in-frames', '0', '-auto-alt-ref', '0'],
  ],
};

function audioArguments(audio: FileTrackTarget): string[] {
  if (audio.copy) return ['-c:a', 'copy'];
  return [
    ...[
      '-af',
      'aresample=async=1',
      '-c:a',
      'libopus',
      '-b:a',
      `${audio.bitrate}k`,
      '-ar',
      '48000',
      '-ac',
      '2',
    ],
    ...['-frame_duration', '20'],
  ];
}

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

export interface Probe {
  readonly streams: readonly { codec_name?: string; codec_type: string; width?: number }[];
  readonly duration: number;
  /** Seconds, of each packet of a kind. */
  readonly times: { readonly video: number[]; readonly audio: number[] };
  /** How far the picture is to be turned, degrees clockwise. */
  readonly rotation: number;
  /** What ffprobe had to complain about. */
  readonly complaints: string;
}

interface Output {
  streams: {
    codec_name?: string;
    codec_type: 'video' | 'audio';
    width?: number;
    index: number;
    side_data_list?: { rotation?: number }[];
  }[];
  packets: { codec_type: 'video' | 'audio'; pts_time: string }[];
  format: { duration?: string };
}

/** Reads a file with ffprobe, packet by packet. */
export async function probe(file: string): Promise<Probe> {
  const { stdout, stderr } = await promisify(execFile)(
    'ffprobe',
    ['-v', 'warning', '-of', 'json', '-show_streams', '-show_format', '-show_packets', file],
    { maxBuffer: 64 << 20 },
  );
  const { streams, packets, format } = JSON.parse(stdout) as Output;
  const sideData = streams.flatMap(({ side_data_list }) => side_data_list ?? []);
  const times = (kind: string) =>
    packets.filter((packet) => packet.codec_type === kind).map((packet) => Number(packet.pts_time));
  return {
    streams,
    duration: Number(format.duration),
    // ffprobe counts against the clock.
    rotation: (360 - (sideData.find(({ rotation }) => rotation !== undefined)?.rotation ?? 0)) % 360,
    times: { video: times('video'), audio: times('audio') },
    complaints: stderr.trim(),
  };
}

/** Decodes everything with ffmpeg. @returns what it had to complain about */
export async function decodeErrors(file: string): Promise<string> {
  const { stderr } = await promisify(execFile)('ffmpeg', [
    ...['-v', 'error', '-i', file],
    // Else the times are those of a guessed frame rate, where two frames may have the same one.
    ...['-fps_mode', 'passthrough', '-enc_time_base:v', '-1', '-f', 'null', '-'],
  ]);
  return stderr.trim();
}

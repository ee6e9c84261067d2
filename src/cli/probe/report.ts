import type { TrackFigures, VideoFigures } from './measure.js';

/** Whether a way to the server answers, and after how many ms. */
export interface Reached {
  readonly protocol: 'udp' | 'tcp';
  readonly address: string;
  readonly port: number;
  /** ms; null when it does not answer. */
  readonly after: number | null;
}

/** What a probe has found out, as far as it came. Times in ms. */
export interface ProbeReport {
  readonly stream: string;
  readonly url: string;
  ok: boolean;
  /** Why not. */
  problem?: string;
  connectedAfter?: number;
  codecs?: readonly string[];
  ways?: readonly Reached[];
  /** Since the stream was asked for. */
  firstFrameAfter?: number;
  roundTrip?: number;
  video?: VideoFigures | null;
  audio?: TrackFigures | null;
}

/** The report for a person to read, a line each. */
export function reportLines(report: ProbeReport): string[] {
  const {
    url,
    problem,
    connectedAfter,
    codecs,
    ways = [],
    firstFrameAfter,
    roundTrip,
    video,
    audio,
  } = report;
  const lines: [string, string][] = [];
  if (connectedAfter !== undefined) lines.push(['connected', `${url} in ${ms(connectedAfter)}`]);
  if (codecs) lines.push(['codecs', codecs.join(', ')]);
  for (const { protocol, address, port, after } of ways) {
    const where = `${protocol.toUpperCase()} ${address} port ${port}`;
    lines.push(['media', `${where} ${after === null ? 'does not answer' : `answers in ${ms(after)}`}`]);
  }
  if (firstFrameAfter !== undefined) lines.push(['first frame', `after ${ms(firstFrameAfter)}`]);
  if (video) {
    const { codec, width, height, frameRate } = video;
    lines.push(['video', `${codec} ${width}x${height}, ${frameRate.toFixed(1)} frames/s, ${figures(video)}`]);
  }
  if (audio) lines.push(['audio', `${audio.codec}, ${figures(audio)}`]);
  if (roundTrip !== undefined) lines.push(['round trip', ms(roundTrip)]);
  if (problem !== undefined) lines.push(['failed', problem]);
  return lines.map(([name, text]) => `${name.padEnd(12)} ${text}`);
}

function figures({ bitrate, lost, missing, jitter }: TrackFigures): string {
  return `${bitrate.toFixed(0)} kbit/s, lost ${percent(lost)}, not mended ${percent(missing)}, jitter ${ms(jitter)}`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}

function ms(time: number): string {
  return `${time.toFixed(1)} ms`;
}

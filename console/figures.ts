import { formatBitrate, formatLoss, unknown } from './format.js';

type Report = Readonly<Record<string, unknown>>;
type Reports = Readonly<Record<string, readonly Report[] | undefined>>;

/** What a stream does at the moment; null is not known yet. */
export interface Figures {
  /** All media, bit/s. */
  readonly bitrate: number | null;
  readonly width: number | null;
  readonly height: number | null;
  /** Frames a second. */
  readonly frameRate: number | null;
  /** Lost packets since the last look, 0 to 1. */
  readonly loss: number | null;
  /** Such as `H264 · opus`. */
  readonly codecs: string | null;
}

interface Totals {
  readonly timestamp: number;
  readonly bytes: number;
  readonly packets: number;
  readonly lost: number | null;
}

/** Turns the running totals of `RTCPeerConnection.getStats` (W3C webrtc-stats) into figures of the last moment. */
export class FigureMeter {
  private before: Totals | null = null;

  constructor(private readonly direction: 'up' | 'down') {}

  /** @param reports by their `type` */
  read(reports: Reports): Figures {
    const up = this.direction === 'up';
    const streams = reports[up ? 'outbound-rtp' : 'inbound-rtp'] ?? [];
    const video = streams.find((report) => report.kind === 'video');
    // What the publisher lost on its way, the server reports.
    const lossReports = up ? (reports['remote-inbound-rtp'] ?? []) : streams;
    const now: Totals = {
      timestamp: Math.max(0, ...streams.map((report) => numberOf(report.timestamp) ?? 0)),
      bytes: sum(streams, up ? 'bytesSent' : 'bytesReceived') ?? 0,
      packets: sum(streams, up ? 'packetsSent' : 'packetsReceived') ?? 0,
      lost: sum(lossReports, 'packetsLost'),
    };
    const before = this.before;
    this.before = now;
    const seconds = before ? (now.timestamp - before.timestamp) / 1000 : 0;
    return {
      bitrate: before && seconds > 0 ? Math.max(0, ((now.bytes - before.bytes) * 8) / seconds) : null,
      width: numberOf(video?.frameWidth),
      height: numberOf(video?.frameHeight),
      frameRate: numberOf(video?.framesPerSecond),
      loss: before ? lossBetween(before, now, up) : null,
      codecs: codecNames(streams, reports.codec ?? []),
    };
  }
}

function lossBetween(before: Totals, now: Totals, up: boolean): number | null {
  if (before.lost === null || now.lost === null) return null;
  const lost = Math.max(0, now.lost - before.lost);
  const packets = Math.max(0, now.packets - before.packets);
  // Sent packets include the lost ones, received packets do not.
  const expected = up ? packets : packets + lost;
  return expected > 0 ? Math.min(1, lost / expected) : null;
}

function codecNames(streams: readonly Report[], codecs: readonly Report[]): string | null {
  const names = ['video', 'audio'].flatMap((kind) => {
    const id = streams.find((report) => report.kind === kind)?.codecId;
    const type = codecs.find((codec) => id !== undefined && codec.id === id)?.mimeType;
    return typeof type === 'string' ? [type.replace(/^.*\//, '')] : [];
  });
  return names.length > 0 ? names.join(' · ') : null;
}

function sum(reports: readonly Report[], field: string): number | null {
  const values = reports.map((report) => numberOf(report[field])).filter((value) => value !== null);
  return values.length > 0 ? values.reduce((total, value) => total + value, 0) : null;
}

function numberOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

/** The figures as short texts. */
export function formatFigures(
  figures: Figures,
): Record<'bitrate' | 'size' | 'frameRate' | 'loss' | 'codecs', string> {
  const { bitrate, width, height, frameRate, loss, codecs } = figures;
  return {
    bitrate: formatBitrate(bitrate),
    size: width === null || height === null ? unknown : `${width} × ${height}`,
    frameRate: frameRate === null ? unknown : `${Math.round(frameRate)} fps`,
    loss: formatLoss(loss),
    codecs: codecs ?? unknown,
  };
}

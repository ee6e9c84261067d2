import type { BitrateLimits } from '../sdp/index.js';
import type { PublishStream } from '../wire/index.js';

/** What the server lets the video of any publisher have, bit/s. */
export interface BitrateRange {
  readonly minBitrate: number;
  readonly maxBitrate: number;
}

/** The bitrates of one publication. */
export interface PublishBitrate {
  /** What the client asked for, as far as it can be had. */
  readonly limits: BitrateLimits;
  /** Most that the publisher may send in all, whether the client asked for a limit or not, bit/s. */
  readonly total: number;
}

/** What RTP, SRTP, UDP and IP add to video of small frames. */
const headersShare = 0.1;
/** Opus as browsers send it, and its headers, bit/s. */
const audioShare = 64_000;

/**
 * Reads the bitrates of a request, kbit/s with 0 for none (WCS spec B.2), whatever numbers they are. `bitrate` alone
 * limits as `maxBitrate` does, which counts where both are given.
 */
export function publishBitrate(request: Omit<PublishStream, 'sdp'>, range: BitrateRange): PublishBitrate {
  const { minBitrate: least, maxBitrate: most } = range;
  const max = bounded(request.maxBitrate || request.bitrate, least, most);
  const cap = max || most;
  const min = bounded(request.minBitrate, least, cap);
  const start = bounded(request.bitrate, Math.max(least, min), cap);
  return { limits: { min, start, max, total: max === 0 ? 0 : totalOf(max) }, total: totalOf(cap) };
}

/** What is on the wire with video of this bitrate: congestion control knows no other figure. */
function totalOf(video: number): number {
  return Math.round(video * (1 + headersShare)) + audioShare;
}

/** What video may have at most where a publisher may send so much in all, bit/s. */
export function videoShareOf(total: number): number {
  return Math.max(0, Math.round((total - audioShare) / (1 + headersShare)));
}

/** @returns bit/s, 0 where nothing was asked for */
function bounded(kilobitsPerSecond: number, least: number, most: number): number {
  if (!(kilobitsPerSecond > 0)) return 0;
  return Math.min(most, Math.max(least, Math.round(kilobitsPerSecond * 1000)));
}

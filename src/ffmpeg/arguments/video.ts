import { inputArguments, outputArguments } from './input.js';
import type { Size } from './size.js';
import { turnFilters } from './turn.js';

/** How much time the encoders take for a better picture, the quickest first: the names are those of libx264. */
export const presets = ['ultrafast', 'superfast', 'veryfast', 'faster', 'fast', 'medium'] as const;

export type Preset = (typeof presets)[number];

/** What libvpx calls the same (`-cpu-used`, with the deadline `realtime`). */
const cpuUsed: Readonly<Record<Preset, number>> = {
  ultrafast: 12,
  superfast: 10,
  veryfast: 8,
  faster: 6,
  fast: 5,
  medium: 4,
};

export interface VideoTarget {
  /** Every picture is scaled to it, also when the source's size changes: `outputSize` gives it. */
  readonly size: Size;
  /** kbit/s; what goes beyond it for one second is taken back in the next. */
  readonly bitrate: number;
  /** How many pictures a second the source sends, which the bitrate is shared out by. */
  readonly frameRate: number;
  /** Most pictures a second; the rest is left out. All when it is missing. */
  readonly maxFrameRate?: number;
  /** Time between key frames, seconds. */
  readonly keyFrameInterval: number;
  /** How far it is turned before, degrees clockwise; not at all when missing. */
  readonly rotation?: number;
  readonly threads: number;
  readonly preset: Preset;
}

/** No encoder's own idea of when to make a key frame: time alone decides, whatever the frame rate. */
const longestGroup = 100_000;

/** Video to H.264, constrained baseline without B frames, as WebRTC and MSE take it; in FLV. */
export function h264Arguments(target: VideoTarget): string[] {
  const rate = Math.min(target.frameRate, target.maxFrameRate ?? target.frameRate);
  return [
    ...inputArguments(),
    ...pictures(target),
    ...['-c:v', 'libx264', '-preset', target.preset, '-tune', 'zerolatency', '-profile:v', 'baseline'],
    // Not `-r`, which would put the timestamps on a grid, and wait for the next picture to do it.
    ...['-bf', '0', '-sc_threshold', '0', '-forced-idr', '1', '-x264-params', `fps=${rate}`],
    ...rateControl(target),
    ...outputArguments('flv'),
  ];
}

/** Video to VP8, each picture to be decoded without what was lost before; in IVF. */
export function vp8Arguments(target: VideoTarget): string[] {
  return [
    ...inputArguments(),
    ...pictures(target),
    ...['-c:v', 'libvpx', '-deadline', 'realtime', '-cpu-used', String(cpuUsed[target.preset])],
    ...['-error-resilient', 'default', '-lag-in-frames', '0', '-auto-alt-ref', '0'],
    ...rateControl({ ...target, threads: vp8Threads(target) }),
    ...outputArguments('ivf'),
  ];
}

/** Pixels that one thread of libvpx makes 30 times a second: it takes 10 ms for 1280×720 (Intel Xeon, 2.5 GHz). */
const vp8OneThread = 1920 * 1080;

/**
 * The threads of libvpx wait for each other without giving up the processor, macroblock row by row: two cost three and a
 * half times what one does, and a busy machine stalls them.
 */
function vp8Threads({ size, threads }: VideoTarget): number {
  return size.width * size.height <= vp8OneThread ? 1 : threads;
}

/** Filters and timestamps: pictures go through as they come, each with the time it had, in ms. */
function pictures({ size, maxFrameRate, rotation = 0 }: VideoTarget): string[] {
  const filters = [
    ...turnFilters(rotation),
    `scale=${size.width}:${size.height}`,
    'setsar=1',
    'format=yuv420p',
  ];
  if (maxFrameRate !== undefined) filters.unshift(thinned(maxFrameRate));
  return [
    ...['-map', '0:v:0', '-filter_threads', '1', '-vf', filters.join(',')],
    ...['-fps_mode', 'passthrough', '-enc_time_base', '1:1000'],
  ];
}

/**
 * A filter that leaves pictures out: those that come too soon after the last. A tenth sooner than the rate says is not
 * too soon, since cameras are not exact.
 */
function thinned(maxFrameRate: number): string {
  const interval = (0.9 / maxFrameRate).toFixed(4);
  return `select='isnan(prev_selected_t)+gte(t-prev_selected_t,${interval})'`;
}

function rateControl({ bitrate, keyFrameInterval, threads }: VideoTarget): string[] {
  const rate = `${bitrate}k`;
  return [
    ...['-b:v', rate, '-maxrate', rate, '-bufsize', rate, '-g', String(longestGroup)],
    ...['-force_key_frames', `expr:if(isnan(prev_forced_t),1,gte(t,prev_forced_t+${keyFrameInterval}))`],
    ...['-threads', String(threads)],
  ];
}

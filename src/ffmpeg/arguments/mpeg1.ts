import { inputArguments, outputArguments } from './input.js';
import type { Size } from './size.js';
import { turnFilters } from './turn.js';

/** Pictures a second: MPEG-1 knows only a few rates, and WSPlayer's decoder needs one picture to finish the one before. */
export const mpeg1FrameRate = 25;

export interface Mpeg1Target {
  readonly size: Size;
  /** kbit/s */
  readonly bitrate: number;
  /** Pictures from one key frame to the next, at most 25: WSPlayer catches up at key frames only. */
  readonly group: number;
  /** How far pictures are turned before, degrees clockwise; not at all when missing. */
  readonly rotation?: number;
  readonly threads: number;
}

/**
 * Video to an MPEG-1 elementary stream without B pictures, as WSPlayer takes it. It has no timestamps: picture n is of
 * n × 40 ms, pictures are repeated or left out for it, so the first that goes in should be of a time near 0, and a jump
 * of the times is for a new child.
 */
export function mpeg1Arguments({ size, bitrate, group, rotation = 0, threads }: Mpeg1Target): string[] {
  const rate = `${bitrate}k`;
  const sized = [...turnFilters(rotation), `scale=${size.width}:${size.height}`].join(',');
  return [
    ...inputArguments(),
    ...['-map', '0:v:0', '-filter_threads', '1'],
    // The filter makes pictures exact: `cfr` alone is two late where the source's frame rate is not known. `cfr` makes up
    // for what the filter loses when the size of the source changes, and filters start anew.
    ...['-vf', `fps=${mpeg1FrameRate},${sized},setsar=1,format=yuv420p`],
    ...['-fps_mode', 'cfr', '-r', String(mpeg1FrameRate)],
    ...['-c:v', 'mpeg1video', '-bf', '0', '-sc_threshold', '1000000000'],
    ...['-g', String(Math.min(mpeg1FrameRate, group)), '-b:v', rate, '-maxrate', rate, '-bufsize', rate],
    ...['-threads', String(threads)],
    ...outputArguments('mpeg1video'),
  ];
}

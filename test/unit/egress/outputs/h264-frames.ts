import type { MediaFrame } from '../../../../src/media/index.js';
import { hex } from '../../rtp/support.js';

/** What x264 makes of 320x240: parameter sets of Constrained Baseline, and of High. */
export const SETS = {
  baseline: ['6742c00bda0507ec0440000003004000000523c50aa8', '68ce0fc8'],
  high: ['6764000bacb40a0fd80880000003008000000a078a15', '68ef0fcb'],
} as const;
export const IDR = '6588840bff';
export const SLICE = '419a2211';

/** NAL units, each behind its length. */
export function accessUnit(...units: readonly string[]): Uint8Array {
  return hex(units.map((unit) => (unit.length / 2).toString(16).padStart(8, '0') + unit).join(''));
}

export function frame(
  kind: MediaFrame['kind'],
  time: number,
  data: Uint8Array,
  more: Partial<MediaFrame> = {},
): MediaFrame {
  return { kind, key: kind === 'audio', time, timestamp: 0, data, discontinuity: false, ...more };
}

export function keyFrame(time: number, sets: readonly string[] = SETS.baseline): MediaFrame {
  return frame('video', time, accessUnit('09f0', ...sets, IDR), { key: true });
}

export function interFrame(time: number, more: Partial<MediaFrame> = {}): MediaFrame {
  return frame('video', time, accessUnit('09f0', SLICE), more);
}

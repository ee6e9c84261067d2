import { inputArguments } from './input.js';
import type { Size } from './size.js';

/** The first picture, a key frame, as a PNG file. @param size to scale to; as it is when missing */
export function pngArguments(size?: Size): string[] {
  const scale = size ? ['-vf', `scale=${size.width}:${size.height}`] : [];
  return [
    ...inputArguments(),
    ...['-map', '0:v:0', '-filter_threads', '1', ...scale, '-frames:v', '1'],
    ...['-c:v', 'png', '-threads', '1', '-f', 'image2pipe', 'pipe:1'],
  ];
}

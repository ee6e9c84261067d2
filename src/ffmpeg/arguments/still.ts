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

/**
 * The first picture, a key frame, as a small JPEG file.
 * @param maxWidth pixels; one that is no wider stays as wide as it is
 */
export function thumbnailArguments(maxWidth: number): string[] {
  return [
    ...inputArguments(),
    ...['-map', '0:v:0', '-filter_threads', '1', '-vf', `scale=min(${maxWidth}\\,iw):-2`, '-frames:v', '1'],
    ...['-c:v', 'mjpeg', '-q:v', '5', '-threads', '1', '-f', 'image2pipe', 'pipe:1'],
  ];
}

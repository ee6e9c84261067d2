import { inputArguments } from './input.js';
import { turnFilters } from './turn.js';

/** The first picture, a key frame, as a PNG file. @param rotation how far it is turned, degrees clockwise */
export function pngArguments(rotation = 0): string[] {
  const filters = turnFilters(rotation);
  const turned = filters.length > 0 ? ['-vf', filters.join(',')] : [];
  return [
    ...inputArguments(),
    ...['-map', '0:v:0', '-filter_threads', '1', ...turned, '-frames:v', '1'],
    ...['-c:v', 'png', '-threads', '1', '-f', 'image2pipe', 'pipe:1'],
  ];
}

/**
 * The first picture, a key frame, as a small JPEG file.
 * @param maxWidth pixels; one that is no wider stays as wide as it is
 * @param rotation how far it is turned, degrees clockwise
 */
export function thumbnailArguments(maxWidth: number, rotation = 0): string[] {
  const filters = [...turnFilters(rotation), `scale=min(${maxWidth}\\,iw):-2`].join(',');
  return [
    ...inputArguments(),
    ...['-map', '0:v:0', '-filter_threads', '1', '-vf', filters, '-frames:v', '1'],
    ...['-c:v', 'mjpeg', '-q:v', '5', '-threads', '1', '-f', 'image2pipe', 'pipe:1'],
  ];
}

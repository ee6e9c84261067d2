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

import { runOrFail } from './program.js';

/**
 * Makes a picture file for Chromium's fake camera that no encoder can compress well: noise, new in every frame.
 *
 * @param path where to write it; the name ends in .mjpeg
 */
export async function makeNoisyCamera(path: string, width: number, height: number): Promise<void> {
  const picture = `color=gray:size=${width}x${height}:rate=30:duration=2`;
  const filter = 'noise=alls=60:allf=t+u';
  const input = ['-hide_banner', '-loglevel', 'error', '-f', 'lavfi', '-i', picture, '-vf', filter];
  await runOrFail('ffmpeg', [...input, '-c:v', 'mjpeg', '-q:v', '4', '-pix_fmt', 'yuvj420p', '-y', path]);
}

/** The colours of `makeQuadrantCamera`, from the top left, line by line: red, green, blue. */
export const QUADRANTS = [
  [200, 40, 40],
  [40, 160, 40],
  [40, 40, 200],
  [220, 220, 220],
] as const;

/** Makes a picture file for Chromium's fake camera: a quadrant of each colour. @param path ends in .mjpeg */
export async function makeQuadrantCamera(path: string, width: number, height: number): Promise<void> {
  const sources = QUADRANTS.map((rgb) => {
    const color = rgb.map((part) => part.toString(16).padStart(2, '0')).join('');
    return `color=0x${color}:size=${width / 2}x${height / 2}:rate=30:duration=1`;
  });
  const inputs = sources.flatMap((source) => ['-f', 'lavfi', '-i', source]);
  const filter = '[0][1]hstack[top];[2][3]hstack[bottom];[top][bottom]vstack';
  const output = ['-c:v', 'mjpeg', '-q:v', '2', '-pix_fmt', 'yuvj420p', '-y', path];
  await runOrFail('ffmpeg', [
    '-hide_banner',
    '-loglevel',
    'error',
    ...inputs,
    '-filter_complex',
    filter,
    ...output,
  ]);
}

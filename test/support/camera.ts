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

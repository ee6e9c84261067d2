// What the camera sees.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

export const video = { width: 640, height: 360, frameRate: 30 };

/**
 * A test card under noise that is new in every frame: the encoder uses all the bitrate it may, and nothing in it looks
 * like a cut, for which it would make a key frame. Not compressed, so that the browser has no work with it.
 *
 * @param {string} path where to write it; the name ends in .y4m
 */
export async function makeCamera(path) {
  const card = `smptebars=size=${video.width}x${video.height}:rate=${video.frameRate}:duration=2`;
  const input = ['-hide_banner', '-loglevel', 'error', '-f', 'lavfi', '-i', card];
  const output = ['-vf', 'noise=alls=12:allf=t+u', '-pix_fmt', 'yuv420p', '-y', path];
  await promisify(execFile)('ffmpeg', [...input, ...output]);
}

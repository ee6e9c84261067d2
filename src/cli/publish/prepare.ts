import { accessSync, constants, statSync } from 'node:fs';
import { findFfmpeg, inspectFile } from '../../ffmpeg/index.js';
import { reasonOf } from '../../kit/index.js';
import type { PublishArguments } from './arguments.js';
import { type PublishPlan, planPublishing } from './plan.js';

/**
 * Looks at the file, and whether ffmpeg can do what it takes.
 * @throws (rejects) Error for what keeps the file from being published
 */
export async function prepare(options: PublishArguments): Promise<PublishPlan> {
  const { file, ffmpeg } = options;
  try {
    accessSync(file, constants.R_OK);
  } catch (error) {
    throw new Error(`${file} cannot be read: ${reasonOf(error)}`);
  }
  if (!statSync(file).isFile()) throw new Error(`${file} is no file`);
  const found = await findFfmpeg(ffmpeg);
  if (found.abilities === null)
    throw new Error(`ffmpeg is needed: ${found.reason}; install it, or name it with --ffmpeg`);
  const tracks = await inspectFile(ffmpeg, file).catch((error) => {
    throw new Error(`${file} is no media file that ffmpeg can read: ${reasonOf(error)}`);
  });
  if (!tracks.video && !tracks.audio) throw new Error(`${file} has neither pictures nor sound`);
  const plan = planPublishing(tracks, options);
  const { video, audio } = plan.target;
  const encoders = [
    ...(video && !video.copy ? [video.codec === 'VP8' ? ('libvpx' as const) : ('libx264' as const)] : []),
    ...(audio && !audio.copy ? ['libopus' as const] : []),
  ];
  const missing = encoders.filter((encoder) => !found.abilities.encoders.has(encoder));
  if (missing.length > 0)
    throw new Error(`${ffmpeg} has no ${missing.join(' and no ')}, which this file takes`);
  return plan;
}

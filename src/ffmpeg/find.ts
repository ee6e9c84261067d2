import { reasonOf } from '../kit/index.js';
import { type FfmpegAbilities, isRecent, type Leash, parseEncoders, parseVersion } from './abilities.js';
import type { Command } from './leash.js';
import { runToEnd } from './run-to-end.js';

/** What came of looking for ffmpeg: it, or why it cannot be used, for a person to read. */
export type FfmpegSearch =
  | { readonly abilities: FfmpegAbilities }
  | { readonly abilities: null; readonly reason: string };

/** Times and sizes of the runs that tell what there is. */
const limits = { timeLimit: 10_000, maxOutput: 1024 * 1024 };

/**
 * Looks what the ffmpeg at a path can do. Never rejects.
 * @param path of the program, or its name on the PATH
 */
export async function findFfmpeg(path: string): Promise<FfmpegSearch> {
  const absent = (reason: string): FfmpegSearch => ({ abilities: null, reason: `${path}: ${reason}` });
  try {
    const versionRun = await runToEnd({ program: path, args: ['-version'] }, limits);
    if (versionRun.output === null) return absent(versionRun.reason);
    const version = parseVersion(versionRun.output.toString());
    if (version === null) return absent('it does not say which version of ffmpeg it is');
    if (!isRecent(version)) return absent(`version ${version} is too old, it takes 5.1 or later`);
    const encodersRun = await runToEnd({ program: path, args: ['-hide_banner', '-encoders'] }, limits);
    if (encodersRun.output === null) return absent(encodersRun.reason);
    const encoders = parseEncoders(encodersRun.output.toString());
    if (encoders === null) return absent('it does not list its encoders');
    return { abilities: { path, version, encoders, leash: await findLeash() } };
  } catch (error) {
    return absent(reasonOf(error));
  }
}

/** Tries what there is of util-linux: names alone would not tell which options it knows (BusyBox has a `setpriv`, too). */
export async function findLeash(): Promise<Leash> {
  const works = async (command: Command) => (await runToEnd(command, limits)).output !== null;
  const [diesWithParent, limitsMemory] = await Promise.all([
    works({ program: 'setpriv', args: ['--pdeathsig', 'KILL', 'true'] }),
    works({ program: 'prlimit', args: ['--data=1073741824', 'true'] }),
  ]);
  return { diesWithParent, limitsMemory };
}

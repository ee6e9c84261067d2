/** The encoders that Sluice has a use for, by ffmpeg's names. */
export const usefulEncoders = [
  'libx264',
  'libvpx',
  'aac',
  'libopus',
  'mpeg1video',
  'pcm_mulaw',
  'png',
] as const;

export type EncoderName = (typeof usefulEncoders)[number];

/** What the programs of util-linux that hold a child on a leash can do here. */
export interface Leash {
  /** `setpriv --pdeathsig`: the kernel kills the child when its parent dies, however that dies. */
  readonly diesWithParent: boolean;
  /** `prlimit --data`: the child cannot allocate more than so much. */
  readonly limitsMemory: boolean;
}

/** An ffmpeg that can be used, and what it can do. */
export interface FfmpegAbilities {
  /** As configured: a path, or a name on the PATH. */
  readonly path: string;
  /** As it says: `5.1.9-0+deb12u1`. */
  readonly version: string;
  readonly encoders: ReadonlySet<EncoderName>;
  readonly leash: Leash;
}

/** The version that `ffmpeg -version` prints in its first line; null when that is not ffmpeg's. */
export function parseVersion(output: string): string | null {
  return /^ffmpeg version (\S{1,100})(?=\s)/.exec(output)?.[1] ?? null;
}

/** Whether it knows the options that Sluice gives: 5.1 has `-fps_mode`. A build without a release number is a new one. */
export function isRecent(version: string): boolean {
  const [, major, minor] = /^n?(\d{1,3})\.(\d{1,3})/.exec(version) ?? [];
  if (major === undefined || minor === undefined) return true;
  return Number(major) > 5 || (Number(major) === 5 && Number(minor) >= 1);
}

/**
 * The useful ones among the encoders that `ffmpeg -encoders` lists: a legend up to a line of dashes, then one a line
 * as six flags, name and description. Null when there is no such list.
 */
export function parseEncoders(output: string): ReadonlySet<EncoderName> | null {
  const lines = output.split(/\r?\n/);
  const start = lines.findIndex((line) => /^ -{6}$/.test(line));
  if (start < 0) return null;
  const found = new Set<EncoderName>();
  for (const line of lines.slice(start + 1)) {
    const name = /^ [VAS][A-Z.]{5} (\S+) /.exec(line)?.[1];
    const useful = usefulEncoders.find((encoder) => encoder === name);
    if (useful) found.add(useful);
  }
  return found;
}

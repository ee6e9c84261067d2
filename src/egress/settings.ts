import { findFfmpeg } from '../ffmpeg/index.js';
import type { Logger, LogLevel } from '../kit/index.js';
import type { MediaSettings } from '../media/index.js';
import type { EgressSettings, TranscodingSettings } from './channel.js';

/** Address space for packets of the streams that are taken in; memory is only used as far as it is needed. */
const packetMemory = 1 << 30;

/** The configuration's part of it. */
export interface EgressOptions {
  readonly media: MediaSettings;
  readonly logLevel: LogLevel;
  readonly transcoding: Omit<TranscodingSettings, 'ffmpeg'> & {
    readonly enabled: boolean;
    /** Its path, or its name on the PATH. */
    readonly ffmpeg: string;
  };
}

/** Looks for ffmpeg, and says once what cannot be done without it. Never rejects. */
export async function egressSettings(options: EgressOptions, log: Logger): Promise<EgressSettings> {
  const { media, logLevel } = options;
  const { enabled, ffmpeg: path, ...limits } = options.transcoding;
  const found = enabled ? await findFfmpeg(path) : null;
  if (found?.abilities) log.info({ path, version: found.abilities.version }, 'ffmpeg found');
  else if (found) {
    log.warn(
      { reason: found.reason },
      'no ffmpeg: no snapshots, no WSPlayer, no MSE with sound, and no other size, bitrate or codec for players; everything else works. Install it, or name it with --transcoding-ffmpeg',
    );
  }
  return { media, logLevel, packetMemory, transcoding: { ...limits, ffmpeg: found?.abilities ?? null } };
}

import type { Config } from '../../config/index.js';
import { RecordingRefused } from './refused.js';

/** What whoever starts a recording may want otherwise than the settings have it (WCS spec G.1). */
export interface RecordingWish {
  /** As the setting `recording.template`. */
  readonly fileTemplate?: string;
  /** A new file after so many seconds, or, with an `M` behind the number, MiB. */
  readonly rotation?: string | number;
}

export type RecordingPlan = Pick<Config['recording'], 'template' | 'maxFileSize' | 'maxFileDuration'>;

const mib = 1 << 20;
const second = 1000;

/** @throws RecordingRefused */
export function planFor(settings: Config['recording'], wish: RecordingWish): RecordingPlan {
  const { template, maxFileSize, maxFileDuration } = settings;
  const { fileTemplate = template, rotation } = wish;
  if (fileTemplate === '' || fileTemplate.length > 1024)
    throw new RecordingRefused('bad-config', 'fileTemplate is not a text of 1 to 1024 characters');
  if (rotation === undefined) return { template: fileTemplate, maxFileSize, maxFileDuration };
  const match = /^([1-9]\d{0,6})(M?)$/.exec(String(rotation));
  if (match === null)
    throw new RecordingRefused('bad-config', 'rotation is neither seconds nor, with an M behind them, MiB');
  const value = Number(match[1]);
  return match[2] === 'M'
    ? { template: fileTemplate, maxFileSize: value * mib, maxFileDuration }
    : { template: fileTemplate, maxFileSize, maxFileDuration: value * second };
}

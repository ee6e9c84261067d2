import { createHash } from 'node:crypto';

/** What a file's name may be made of: the elements of WCS's `stream_record_policy_template` (WCS settings, section H). */
export interface NameValues {
  readonly streamName: string;
  readonly sessionId: string;
  readonly mediaSessionId: string;
  readonly login: string;
  /** Empty without such a track. */
  readonly audioCodec: string;
  readonly videoCodec: string;
  /** ms since 1970 */
  readonly startTime: number;
  /** ms since 1970; null while it is not known */
  readonly endTime: number | null;
}

export const defaultTemplate = 'stream-{mediaSessionId}-{login}';
/** Stands for what is only known at the end. */
const notYet = 'recording';
/** What a Date can hold, ms. */
const latestDate = 8.64e15;
const longestName = 200;
/** Left for what keeps names apart, `-` and a number, and for the extension. */
const longestEnd = 12;
const elements =
  /\{(streamName|sessionId|mediaSessionId|login|audioCodec|videoCodec|startTime|startTimeMillis|endTime|endTimeMillis|duration)\}/g;
const endElement = /\{(endTime|endTimeMillis|duration)\}/;
/** Letters, digits and marks of any script; nothing that a shell, a URL or a file system reads another way. */
const unsafe = /[^\p{L}\p{N}\p{M}._@-]/gu;
/** What Windows, where a file may be downloaded to, takes for devices. */
const device = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

/** Whether a template has elements that are known at the end only, so that the file is renamed then. */
export function namedAtEnd(template: string): boolean {
  return endElement.test(template);
}

/**
 * The name of a file, without extension, 188 bytes at most: one path segment, never empty, never hidden. Whatever had to
 * be changed to make it safe, or cut off, makes it end with `~` and a hash, so that different names stay different.
 */
export function recordingName(template: string, values: NameValues): string {
  const wanted = template.replace(elements, (_, name: string) => textOf(name, values));
  let safe = Buffer.from(wanted.slice(0, 4096), 'utf8')
    .toString('utf8')
    .normalize('NFC')
    .replace(unsafe, '_');
  safe = safe.replace(/^\.+/, '_').replace(/\.+$/, '_');
  if (safe === '' || device.test(safe)) safe = `_${safe}`;
  const most = longestName - longestEnd;
  if (safe === wanted && Buffer.byteLength(safe) <= most) return safe;
  const hash = createHash('sha256').update(wanted, 'utf16le').digest('hex').slice(0, 8);
  return `${cut(safe, most - hash.length - 1)}~${hash}`;
}

/** `name`, or `name-2` and so on, with its extension. */
export function numbered(name: string, number: number, extension: string): string {
  return number === 1 ? name + extension : `${name}-${number}${extension}`;
}

function textOf(name: string, values: NameValues): string {
  const { startTime, endTime } = values;
  switch (name) {
    case 'startTime':
      return stamp(startTime);
    case 'startTimeMillis':
      return String(startTime);
    case 'endTime':
      return endTime === null ? notYet : stamp(endTime);
    case 'endTimeMillis':
      return endTime === null ? notYet : String(endTime);
    case 'duration':
      return endTime === null ? notYet : String(endTime - startTime);
    default:
      return values[name as Exclude<keyof NameValues, 'startTime' | 'endTime'>];
  }
}

/** UTC, such as `2026-11-27-20-43-16`. */
function stamp(time: number): string {
  return new Date(Math.min(time, latestDate)).toISOString().slice(0, 19).replace(/[T:]/g, '-');
}

/** As much of it as fits into so many bytes, in whole characters. */
function cut(text: string, bytes: number): string {
  let size = 0;
  let kept = '';
  for (const character of text) {
    size += Buffer.byteLength(character);
    if (size > bytes) break;
    kept += character;
  }
  return kept;
}

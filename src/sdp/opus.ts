import { readFormatParameters } from './format-parameters.js';

/** RFC 7587 parameters that mean the same when said back. */
const PARAMETERS = [
  'minptime',
  'maxplaybackrate',
  'maxaveragebitrate',
  'stereo',
  'sprop-stereo',
  'cbr',
  'usedtx',
  'useinbandfec',
];

/** What the answer says of opus: what was offered, as far as it is numbers, in-band FEC included. */
export function opusAnsweredFmtp(offered: string): string {
  const parameters = readFormatParameters(offered);
  return PARAMETERS.filter((key) => /^\d{1,7}$/.test(parameters.get(key) ?? ''))
    .map((key) => `${key}=${parameters.get(key)}`)
    .join(';');
}

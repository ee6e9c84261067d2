// The command line of npm run bench:av.
import { resolve } from 'node:path';
import { flagsOf, text, wholeNumber } from '../lib/options.mjs';

/**
 * @typedef {object} AvOptions
 * @property {number} minutes that are recorded
 * @property {number} rate pictures a second
 * @property {string | undefined} keep a folder that the files are left in
 * @property {string | undefined} from such a folder: nothing is recorded
 * @property {string | undefined} json where the results go besides bench/results/
 * @property {string} server its main.js
 */

export const usage = `Usage: npm run bench:av -- [options]
  --minutes 60       that are recorded (1 to 600)
  --rate 30          pictures a second (10 to 60)
  --keep DIR         leave the recording and the reference in a folder
  --from DIR         look at the files of such a folder again
  --json FILE        write the results there too
  --server FILE      the server's main.js; dist/main.js unless told
  --help`;

/**
 * @param {string[]} args
 * @returns {AvOptions | null} null when only help is wanted
 * @throws {UsageError}
 */
export function parseAvOptions(args) {
  const own = { minutes: text('60'), rate: text('30'), keep: { type: 'string' }, from: { type: 'string' } };
  const values = flagsOf(args, own, usage);
  if (values.help) return null;
  return {
    minutes: wholeNumber('--minutes', values.minutes, 1, 600, usage),
    rate: wholeNumber('--rate', values.rate, 10, 60, usage),
    keep: values.keep === undefined ? undefined : resolve(values.keep),
    from: values.from === undefined ? undefined : resolve(values.from),
    json: values.json,
    server: resolve(values.server),
  };
}

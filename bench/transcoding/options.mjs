// The command line of npm run bench:transcoding.
import { resolve } from 'node:path';
import { flagsOf, text, UsageError, wholeNumber } from '../lib/options.mjs';

/**
 * @typedef {object} TranscodingOptions
 * @property {number} height of the published picture
 * @property {number} rate pictures a second
 * @property {number} seconds that players of each form are watched, once they have settled
 * @property {number} snapshots
 * @property {string | undefined} json where the results go besides bench/results/
 * @property {string} server its main.js
 */

export const usage = `Usage: npm run bench:transcoding -- [options]
  --height 360       of the published picture: 360, 720 or 1080
  --rate 30          pictures a second (5 to 60)
  --seconds 30       that players of each form are watched (5 to 3600)
  --snapshots 10     that are asked for (1 to 1000)
  --json FILE        write the results there too
  --server FILE      the server's main.js; dist/main.js unless told
  --help`;

/**
 * @param {string[]} args
 * @returns {TranscodingOptions | null} null when only help is wanted
 * @throws {UsageError}
 */
export function parseTranscodingOptions(args) {
  const own = { height: text('360'), rate: text('30'), seconds: text('30'), snapshots: text('10') };
  const values = flagsOf(args, own, usage);
  if (values.help) return null;
  if (!['360', '720', '1080'].includes(values.height))
    throw new UsageError(`--height ${values.height}: 360, 720 or 1080\n\n${usage}`);
  return {
    height: Number(values.height),
    rate: wholeNumber('--rate', values.rate, 5, 60, usage),
    seconds: wholeNumber('--seconds', values.seconds, 5, 3600, usage),
    snapshots: wholeNumber('--snapshots', values.snapshots, 1, 1000, usage),
    json: values.json,
    server: resolve(values.server),
  };
}

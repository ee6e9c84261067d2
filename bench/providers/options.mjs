// The command line of npm run bench:providers.
import { resolve } from 'node:path';
import { flagsOf, text, UsageError, wholeNumber } from '../lib/options.mjs';

/**
 * @typedef {object} ProvidersOptions
 * @property {number} players of each kind, one after the other beside the first
 * @property {number} seconds that each is watched
 * @property {string | undefined} provider the only one that is measured
 * @property {string | undefined} json where the results go besides bench/results/
 * @property {string} server its main.js
 */

export const usage = `Usage: npm run bench:providers -- [options]
  --players 6        of each kind (2 to 100)
  --seconds 8        that each is watched (5 to 600)
  --provider NAME    measure this one alone: WebRTC, MSE or WSPlayer
  --json FILE        write the results there too
  --server FILE      the server's main.js; dist/main.js unless told
  --help`;

/**
 * @param {string[]} args
 * @returns {ProvidersOptions | null} null when only help is wanted
 * @throws {UsageError}
 */
export function parseProvidersOptions(args) {
  const own = { players: text('6'), seconds: text('8'), provider: { type: 'string' } };
  const values = flagsOf(args, own, usage);
  if (values.help) return null;
  if (![undefined, 'WebRTC', 'MSE', 'WSPlayer'].includes(values.provider))
    throw new UsageError(`--provider ${values.provider}: WebRTC, MSE or WSPlayer\n\n${usage}`);
  return {
    provider: values.provider,
    players: wholeNumber('--players', values.players, 2, 100, usage),
    seconds: wholeNumber('--seconds', values.seconds, 5, 600, usage),
    json: values.json,
    server: resolve(values.server),
  };
}

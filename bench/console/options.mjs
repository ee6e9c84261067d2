// The command line of npm run bench:console.
import { resolve } from 'node:path';
import { flagsOf, text, wholeNumber } from '../lib/options.mjs';

/**
 * @typedef {object} ConsoleOptions
 * @property {number} streams
 * @property {number} viewers of the one stream that is looked into
 * @property {number} rounds of every measurement, in turns with its floor
 * @property {number} seconds of each, at most what a page waits for the server before it connects anew
 * @property {number} warmUp s, of the server
 * @property {string | undefined} json where the results go besides bench/results/
 * @property {string} server its main.js
 */

export const usage = `Usage: npm run bench:console -- [options]
  --streams 100      in the overview, and published (1 to 500)
  --viewers 1000     of the stream that is looked into (1 to 5000)
  --rounds 3         of every measurement, in turns with its floor (1 to 100)
  --seconds 8        of each (1 to 8)
  --warm-up 20       s of the server before that (1 to 600)
  --json FILE        write the results there too
  --server FILE      the server's main.js; dist/main.js unless told
  --help`;

/**
 * @param {string[]} args
 * @returns {ConsoleOptions | null} null when only help is wanted
 * @throws {UsageError}
 */
export function parseConsoleOptions(args) {
  const own = {
    streams: text('100'),
    viewers: text('1000'),
    rounds: text('3'),
    seconds: text('8'),
    'warm-up': text('20'),
  };
  const values = flagsOf(args, own, usage);
  if (values.help) return null;
  return {
    streams: wholeNumber('--streams', values.streams, 1, 500, usage),
    viewers: wholeNumber('--viewers', values.viewers, 1, 5000, usage),
    rounds: wholeNumber('--rounds', values.rounds, 1, 100, usage),
    seconds: wholeNumber('--seconds', values.seconds, 1, 8, usage),
    warmUp: wholeNumber('--warm-up', values['warm-up'], 1, 600, usage),
    json: values.json,
    server: resolve(values.server),
  };
}

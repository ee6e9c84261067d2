// The command line of the benchmark.
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

/**
 * @typedef {object} Options
 * @property {number[]} viewers numbers of viewers, one case each
 * @property {number} rate packets/s that the publisher sends
 * @property {number} size of an RTP packet before encryption, bytes
 * @property {number} seconds that are measured
 * @property {string | undefined} json where the results go besides bench/results/
 * @property {string} server its main.js
 * @property {string | undefined} cpuProfile folder for CPU profiles of the server's processes
 */

const builtServer = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

export const usage = `Usage: npm run bench -- [options]
  --viewers 50,100   numbers of viewers, one case each (1 to 900)
  --rate 400         packets/s of the published track (30 to 5000)
  --size 1200        bytes of an RTP packet before encryption (200 to 1400)
  --seconds 10       time that is measured in each case (1 to 120)
  --json FILE        write the results there too
  --cpu-profile DIR  write V8 CPU profiles of the server's processes; costs some speed
  --server FILE      the server's main.js; another build than dist/ can be compared with it
  --help`;

/** What the command line says is wrong; its message is for the user. */
export class UsageError extends Error {}

/**
 * @param {string[]} args
 * @returns {Options | null} null when only help is wanted
 * @throws {UsageError}
 */
export function parseOptions(args) {
  const { values } = readFlags(args);
  if (values.help) return null;
  return {
    viewers: numbers('--viewers', values.viewers, 1, 900, usage),
    rate: wholeNumber('--rate', values.rate, 30, 5000, usage),
    size: wholeNumber('--size', values.size, 200, 1400, usage),
    seconds: wholeNumber('--seconds', values.seconds, 1, 120, usage),
    json: values.json,
    server: resolve(values.server),
    cpuProfile: values['cpu-profile'],
  };
}

function readFlags(args) {
  try {
    return parseArgs({
      args,
      options: {
        viewers: { type: 'string', default: '50,100' },
        rate: { type: 'string', default: '400' },
        size: { type: 'string', default: '1200' },
        seconds: { type: 'string', default: '10' },
        json: { type: 'string' },
        server: { type: 'string', default: builtServer },
        'cpu-profile': { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch (error) {
    throw new UsageError(`${error.message}\n\n${usage}`);
  }
}

/**
 * @param {string} flag for the error
 * @param {string} text with commas
 * @param {number} least
 * @param {number} most
 * @param {string} usage for the error
 * @returns {number[]}
 */
export function numbers(flag, text, least, most, usage) {
  return text.split(',').map((part) => wholeNumber(flag, part, least, most, usage));
}

/**
 * @param {string} flag for the error
 * @param {string} text
 * @param {number} least
 * @param {number} most
 * @param {string} usage for the error
 * @throws {UsageError}
 */
export function wholeNumber(flag, text, least, most, usage) {
  const value = Number(text);
  if (text.trim() !== '' && Number.isInteger(value) && value >= least && value <= most) return value;
  throw new UsageError(`${flag}: '${text}' is no whole number from ${least} to ${most}\n\n${usage}`);
}

// The command line of the media-quality benchmark.
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { numbers, UsageError, wholeNumber } from '../lib/options.mjs';
import { scenarios } from './scenarios.mjs';

/**
 * @typedef {object} Options
 * @property {string[]} only names of the scenarios to run
 * @property {number[]} loss % of the viewers' links, one case each
 * @property {number[]} rtt ms of the viewers' links, one case each
 * @property {number} burst mean length of a run of lost packets
 * @property {number} seconds that are measured in each case
 * @property {number} bitrate of the publisher where there is a bottleneck, bit/s
 * @property {number} repeat how often the publisher's bottleneck closes and opens
 * @property {number} seed of the link emulator
 * @property {string | undefined} json where the results go besides bench/results/
 * @property {string} server its main.js
 */

const builtServer = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
const names = Object.keys(scenarios);

export const usage = `Usage: npm run bench:quality -- [options]
  --only NAMES           scenarios to run, of ${names.join(', ')}
  --loss 0,1,5,10,20     % of packets lost on a viewer's link, each direction; one case each (0 to 90)
  --rtt 20,60,200        round trip of a viewer's link in ms, one case each (0 to 2000)
  --burst 1              mean length of a run of lost packets; 1: each for itself (1 to 100)
  --seconds 30           time that is measured in each case (5 to 600)
  --bitrate 2500000      bit/s of the publisher where there is a bottleneck (1100000 to 2700000)
  --repeat 3             how often the publisher's bottleneck closes and opens (1 to 50)
  --seed 1               of everything random on the links
  --json FILE            write the results there too
  --server FILE          the server's main.js; another build than dist/ can be compared with it
  --help`;

/**
 * @param {string[]} args
 * @returns {Options | null} null when only help is wanted
 * @throws {UsageError}
 */
export function parseOptions(args) {
  const values = readFlags(args);
  if (values.help) return null;
  const only = values.only.split(',');
  const unknown = only.find((name) => !names.includes(name));
  if (unknown !== undefined) throw new UsageError(`--only: there is no scenario '${unknown}'\n\n${usage}`);
  return {
    only,
    loss: numbers('--loss', values.loss, 0, 90, usage),
    rtt: numbers('--rtt', values.rtt, 0, 2000, usage),
    burst: wholeNumber('--burst', values.burst, 1, 100, usage),
    seconds: wholeNumber('--seconds', values.seconds, 5, 600, usage),
    bitrate: wholeNumber('--bitrate', values.bitrate, 1_100_000, 2_700_000, usage),
    repeat: wholeNumber('--repeat', values.repeat, 1, 50, usage),
    seed: wholeNumber('--seed', values.seed, 0, 2 ** 31, usage),
    json: values.json,
    server: resolve(values.server),
  };
}

function readFlags(args) {
  const text = (value) => /** @type {const} */ ({ type: 'string', default: value });
  try {
    const options = {
      only: text(names.join(',')),
      loss: text('0,1,5,10,20'),
      rtt: text('20,60,200'),
      burst: text('1'),
      seconds: text('30'),
      bitrate: text('2500000'),
      repeat: text('3'),
      seed: text('1'),
      json: /** @type {const} */ ({ type: 'string' }),
      server: text(builtServer),
      help: /** @type {const} */ ({ type: 'boolean', short: 'h', default: false }),
    };
    return parseArgs({ args, options }).values;
  } catch (error) {
    throw new UsageError(`${error.message}\n\n${usage}`);
  }
}

// The command line of npm run bench:delay.
import { resolve } from 'node:path';
import { flagsOf, text, UsageError, wholeNumber } from '../lib/options.mjs';

/** @typedef {{ viewers: number, probes: number, rate: number, size: number }} DelayCase */
/** @typedef {{ cases: DelayCase[], seconds: number, urgent: boolean, json: string | undefined, server: string }} DelayOptions */

/** What 16-bit sequence numbers tell apart, with some to spare. */
const mostPackets = 60_000;

export const usage = `Usage: npm run bench:delay -- [options]
  --viewers 50       viewers of the loaded case (1 to 300); viewers × rate is what the server sends
  --rate 400         packets/s of its track (30 to 2000)
  --probes 5         viewers whose packets are timed, spread among them (1 to 20)
  --size 1200        bytes of an RTP packet before encryption (200 to 1300)
  --seconds 20       time that is measured in each case (2 to 120)
  --urgent           server, publisher and forwarder go before all other processes; takes root
  --json FILE        write the results there too
  --server FILE      the server's main.js; dist/main.js unless told
  --help`;

/**
 * @param {string[]} args
 * @returns {DelayOptions | null} null when only help is wanted
 * @throws {UsageError}
 */
export function parseDelayOptions(args) {
  const own = {
    ...{ viewers: text('50'), rate: text('400'), probes: text('5'), size: text('1200'), seconds: text('20') },
    urgent: { type: 'boolean', default: false },
  };
  const values = flagsOf(args, own, usage);
  if (values.help) return null;
  const number = (name, least, most) => wholeNumber(`--${name}`, values[name], least, most, usage);
  const viewers = number('viewers', 1, 300);
  const rate = number('rate', 30, 2000);
  const size = number('size', 200, 1300);
  const seconds = number('seconds', 2, 120);
  const probes = Math.min(number('probes', 1, 20), viewers);
  if (rate * seconds > mostPackets) {
    throw new UsageError(
      `--rate × --seconds: more than ${mostPackets} packets cannot be told apart\n\n${usage}`,
    );
  }
  const idle = { viewers: 1, probes: 1, rate: 30, size };
  return {
    cases: [idle, { viewers, probes, rate, size }],
    seconds,
    urgent: values.urgent,
    json: values.json,
    server: resolve(values.server),
  };
}

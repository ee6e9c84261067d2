// The command lines of chaos and soak.
import { parseArgs } from 'node:util';
import { UsageError, wholeNumber } from '../../bench/lib/options.mjs';

export { UsageError };

const chaosUsage = `Usage: npm run chaos -- [options]
  --only LIST       faults whose name has one of these words, with commas between them
  --rounds 1        how often each is done (1 to 1000)
  --seed 1          of everything random
  --within 1000     ms in which new clients must be served again, or five times what it takes without a fault
  --list            only names the faults
  --json FILE       write the results there too
  --help`;

const soakUsage = `Usage: npm run soak -- [options]
  --minutes 10      how long (1 to 10000)
  --rate 2          things done a second, about (1 to 50)
  --period 90       s after which everybody leaves and what is left is counted (5 to 3600)
  --most 10         publishers and players at a time (1 to 200)
  --kill-every 240  s between two deaths of a media process (0: none)
  --seed 1          of everything random
  --json FILE       write the results there too
  --help`;

/** @returns {{ only: string[], rounds: number, seed: number, within: number, list: boolean, json: string | undefined } | null} */
export function parseChaosOptions(args) {
  const values = read(args, chaosUsage, {
    only: { type: 'string', default: '' },
    rounds: { type: 'string', default: '1' },
    seed: { type: 'string', default: '1' },
    within: { type: 'string', default: '1000' },
    list: { type: 'boolean', default: false },
    json: { type: 'string' },
  });
  if (!values) return null;
  const number = (name, least, most) => wholeNumber(`--${name}`, values[name], least, most, chaosUsage);
  return {
    only: values.only.split(',').filter(Boolean),
    rounds: number('rounds', 1, 1000),
    seed: number('seed', 0, 2 ** 31),
    within: number('within', 1, 60_000),
    list: values.list,
    json: values.json,
  };
}

/** @returns {{ minutes: number, rate: number, period: number, most: number, killEvery: number, seed: number, json: string | undefined } | null} */
export function parseSoakOptions(args) {
  const values = read(args, soakUsage, {
    minutes: { type: 'string', default: '10' },
    rate: { type: 'string', default: '2' },
    period: { type: 'string', default: '90' },
    most: { type: 'string', default: '10' },
    'kill-every': { type: 'string', default: '240' },
    seed: { type: 'string', default: '1' },
    json: { type: 'string' },
  });
  if (!values) return null;
  const number = (name, least, most) => wholeNumber(`--${name}`, values[name], least, most, soakUsage);
  return {
    minutes: number('minutes', 1, 10_000),
    rate: number('rate', 1, 50),
    period: number('period', 5, 3600),
    most: number('most', 1, 200),
    killEvery: number('kill-every', 0, 100_000),
    seed: number('seed', 0, 2 ** 31),
    json: values.json,
  };
}

/** @returns {any} null when only help is wanted */
function read(args, usage, options) {
  try {
    const { values } = parseArgs({
      args,
      options: { ...options, help: { type: 'boolean', short: 'h', default: false } },
    });
    if (!values.help) return values;
    console.log(usage);
    return null;
  } catch (error) {
    throw new UsageError(`${error.message}\n\n${usage}`);
  }
}

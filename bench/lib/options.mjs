// The command line of the benchmark.
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

/** @typedef {'fan-out' | 'publishers' | 'join' | 'delay' | 'soak' | 'garbage' | 'cores' | 'compare'} CaseName */

/**
 * @typedef {object} Options
 * @property {CaseName[]} cases
 * @property {number[] | undefined} viewers numbers of viewers; undefined: each case has its own
 * @property {number[] | undefined} rate packets/s that a publisher sends; undefined: each case has its own
 * @property {number} publishers of the case of that name
 * @property {number} size of an RTP packet before encryption, bytes
 * @property {number | undefined} seconds that are measured; undefined: each case has its own
 * @property {number} warmUp s before that in fan-out and publishers
 * @property {number} minutes of the soak
 * @property {('janus' | 'janus-default' | 'mediasoup')[]} rivals other servers to measure beside Sluice
 * @property {'c' | 'datachannel' | undefined} peers what viewers are
 * @property {string | undefined} json where the results go besides bench/results/
 * @property {string} server its main.js
 * @property {string | undefined} other of compare: the main.js of another build; undefined: the same
 * @property {Record<string, string>} otherFlags of compare: flags of the other server
 * @property {string | undefined} cpuProfile folder for CPU profiles of the server's processes
 * @property {string | undefined} mediasoup folder of an installed mediasoup
 */

/** The server that is measured unless told. */
export const builtServer = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
const caseNames = ['fan-out', 'publishers', 'join', 'delay', 'soak', 'garbage', 'cores', 'compare'];
const rivalNames = ['janus', 'janus-default', 'mediasoup'];
const peerNames = ['c', 'datachannel'];
const mostViewers = 2000;

export const usage = `Usage: npm run bench -- [options]
  --case LIST        of ${caseNames.join(', ')}; fan-out,publishers,join unless told
  --viewers LIST     numbers of viewers, one column each (1 to ${mostViewers}); fan-out: 100, soak: 300, garbage: 100,
                     cores: 200, compare: 1 a stream
  --rate LIST        packets/s of a published track (30 to 5000); fan-out: 400,100, publishers and compare: 100, others: 400
  --publishers 100   of the cases publishers, garbage and compare, one viewer each (1 to 500)
  --size 1200        bytes of an RTP packet before encryption (200 to 1400)
  --seconds N        time that is measured in each case (1 to 600); 10, garbage: 60, compare: 30, twice
  --warm-up 30       s before that in fan-out, publishers and compare (1 to 600): V8 compiles for half a minute
  --minutes 60       of the soak (1 to 1440)
  --peer LIST        other servers to measure beside Sluice in fan-out and publishers: ${rivalNames.join(', ')}
  --mediasoup DIR    where mediasoup is installed
  --peers c          what viewers are: a program in C, or datachannel (libdatachannel); C where it can be built
  --json FILE        write the results there too
  --cpu-profile DIR  write V8 CPU profiles of the server's processes; costs some speed
  --server FILE      the server's main.js; dist/main.js unless told
  --with FILE        of compare: the main.js of the other server; the same unless told
  --with-flag NAME=VALUE   of compare: a flag of the other server, such as media-gather-time=4; may be repeated
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
  const list = (name, least, most) =>
    values[name] === undefined ? undefined : numbers(`--${name}`, values[name], least, most, usage);
  const peers = values.peers === undefined ? undefined : names('--peers', values.peers, peerNames)[0];
  const rivals = values.peer === undefined ? [] : names('--peer', values.peer, rivalNames);
  if (rivals.length > 0 && peers === 'datachannel') {
    throw new UsageError(`--peer: other servers are measured with viewers in C only\n\n${usage}`);
  }
  return /** @type {Options} */ ({
    cases: names('--case', values.case, caseNames),
    viewers: list('viewers', 1, mostViewers),
    rate: list('rate', 30, 5000),
    publishers: wholeNumber('--publishers', values.publishers, 1, 500, usage),
    size: wholeNumber('--size', values.size, 200, 1400, usage),
    seconds: list('seconds', 1, 600)?.[0],
    warmUp: wholeNumber('--warm-up', values['warm-up'], 1, 600, usage),
    minutes: wholeNumber('--minutes', values.minutes, 1, 1440, usage),
    rivals,
    peers,
    json: values.json,
    server: resolve(values.server),
    other: values.with === undefined ? undefined : resolve(values.with),
    otherFlags: flagPairs('--with-flag', values['with-flag'] ?? []),
    cpuProfile: values['cpu-profile'],
    mediasoup: values.mediasoup,
  });
}

function readFlags(args) {
  try {
    return parseArgs({
      args,
      options: {
        case: { type: 'string', default: 'fan-out,publishers,join' },
        viewers: { type: 'string' },
        rate: { type: 'string' },
        publishers: { type: 'string', default: '100' },
        size: { type: 'string', default: '1200' },
        seconds: { type: 'string' },
        'warm-up': { type: 'string', default: '30' },
        minutes: { type: 'string', default: '60' },
        peer: { type: 'string' },
        mediasoup: { type: 'string' },
        peers: { type: 'string' },
        json: { type: 'string' },
        server: { type: 'string', default: builtServer },
        with: { type: 'string' },
        'with-flag': { type: 'string', multiple: true },
        'cpu-profile': { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch (error) {
    throw new UsageError(`${error.message}\n\n${usage}`);
  }
}

/**
 * The flags of a benchmark of its own, with those that all of them have: `json`, `server` and `help`.
 * @param {string[]} args
 * @param {import('node:util').ParseArgsConfig['options']} own
 * @param {string} usage for the error
 * @throws {UsageError}
 */
export function flagsOf(args, own, usage) {
  try {
    const { values } = parseArgs({
      args,
      options: {
        ...own,
        server: { type: 'string', default: builtServer },
        json: { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    return /** @type {Record<string, any>} */ (values);
  } catch (error) {
    throw new UsageError(`${error.message}\n\n${usage}`);
  }
}

/** @returns {Record<string, string>} what `NAME=VALUE` says */
function flagPairs(flag, texts) {
  return Object.fromEntries(
    texts.map((text) => {
      const at = text.indexOf('=');
      if (at > 0) return [text.slice(0, at), text.slice(at + 1)];
      throw new UsageError(`${flag}: '${text}' is no NAME=VALUE\n\n${usage}`);
    }),
  );
}

/** The default of a flag that has a value. */
export const text = (value) => /** @type {const} */ ({ type: 'string', default: value });

/** Some of the names that there are, each once, in the order given. */
function names(flag, text, known) {
  const given = text.split(',');
  const unknown = given.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new UsageError(`${flag}: '${unknown}' is none of ${known.join(', ')}\n\n${usage}`);
  }
  return [...new Set(given)];
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

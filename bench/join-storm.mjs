// npm run bench:join: how long do viewers wait for their first frame when all come at once? README.md explains the output.

import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { measureStorm } from './lib/storm.mjs';

const defaults = { viewers: 100, rate: 100, packets: 200, size: 1200, 'key-packets': 40, 'key-delay': 50 };
const limits = {
  viewers: [2, 1000],
  rate: [1, 1000],
  packets: [30, 2000],
  size: [200, 1400],
  'key-packets': [2, 200],
  'key-delay': [0, 2000],
};

const usage = `Usage: npm run bench:join -- [options]
  --viewers 100      who join (2 to 1000)
  --rate 100/s       how many of them in a second (1 to 1000)
  --packets 200      packets/s of the published track (30 to 2000)
  --size 1200        bytes of an RTP packet before encryption (200 to 1400)
  --key-packets 40   packets of a key frame (2 to 200)
  --key-delay 50     time a publisher takes to answer a key frame request, ms (0 to 2000)
  --server FILE      the server's main.js; dist/main.js unless told
  --help`;

// Children are ended when this process exits, see lib/children.mjs.
process.on('SIGINT', () => process.exit(130));
process.on('SIGTERM', () => process.exit(143));

function readOptions() {
  const names = Object.keys(defaults);
  const flags = Object.fromEntries(
    names.map((name) => [name, { type: 'string', default: String(defaults[name]) }]),
  );
  const server = { type: 'string', default: fileURLToPath(new URL('../dist/main.js', import.meta.url)) };
  const { values } = parseArgs({
    options: /** @type {any} */ ({ ...flags, server, help: { type: 'boolean' } }),
  });
  if (values.help) return null;
  for (const name of names) {
    const [least, most] = limits[name];
    const value = Number(name === 'rate' ? values[name].replace(/\/s$/, '') : values[name]);
    if (!(Number.isInteger(value) && value >= least && value <= most)) {
      throw new Error(`--${name}: '${values[name]}' is no whole number from ${least} to ${most}\n\n${usage}`);
    }
    values[name] = value;
  }
  const { rate: joinRate, packets: rate, ...rest } = /** @type {any} */ (values);
  const { 'key-packets': keyPackets, 'key-delay': keyDelay, ...others } = rest;
  return { ...others, joinRate, rate, keyPackets, keyDelay };
}

function print(storms) {
  const row = (label, pick) => `${label.padEnd(53)}${storms.map((one) => pick(one).padStart(22)).join('')}`;
  const ms = (value) => value.toFixed(0);
  console.log(row('', ({ fastStart }) => `fast start ${fastStart ? 'on' : 'off'}`));
  for (const name of Object.keys(storms[0].waits)) {
    console.log(
      row(`${name}, median / p95 / worst, ms`, ({ waits }) =>
        [waits[name].median, waits[name].p95, waits[name].worst].map(ms).join(' / '),
      ),
    );
  }
  console.log(row('viewers with a whole first frame', ({ served }) => String(served)));
  console.log(row('packets out of place', ({ wrong }) => String(wrong)));
  console.log(row('key frames asked of the publisher', ({ requests }) => String(requests)));
  console.log(row('CPU a join: media process, ms', ({ cpu }) => cpu.media.toFixed(2)));
  console.log(row('CPU a join: control process, ms', ({ cpu }) => cpu.control.toFixed(2)));
  console.log(row('CPU a join: viewers (load generator), ms', ({ cpu }) => cpu.viewers.toFixed(2)));
  for (const [index, { joins }] of storms[0].parts.entries()) {
    console.log(
      row(`its own CPU, joins ${joins}: media + control, ms`, ({ parts }) => {
        const { media, control } = parts[index];
        return `${media.toFixed(2)} + ${control.toFixed(2)} = ${(media + control).toFixed(2)}`;
      }),
    );
  }
  console.log(row('machine busy, % of all cores', ({ busy }) => ms(busy * 100)));
}

try {
  const options = readOptions();
  if (!options) console.log(usage);
  else {
    const storms = [];
    for (const fastStart of [true, false]) {
      console.log(
        `${options.viewers} viewers, ${options.joinRate} a second, fast start ${fastStart ? 'on' : 'off'} …`,
      );
      storms.push(await measureStorm(fastStart, options));
    }
    console.log('');
    print(storms);
    if (storms.some(({ served, leastStep }) => served < options.viewers || leastStep < 900))
      process.exitCode = 1;
  }
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}

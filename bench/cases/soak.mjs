// soak: hours of steady load. Does memory grow, does delay?
import { soak, trends } from '../lib/soak.mjs';
import { format, number } from '../lib/table.mjs';

/** About half of what one core can send of packets this size, where a core is as ours. */
const usualViewers = 300;
const usualRate = 400;
/** s */
const interval = 10;
/** What a server needs to have compiled its code and grown its heap to the load, s. */
const settled = 300;
const mib = 2 ** 20;
const delivered = 0.9999;

/**
 * @param {import('../lib/options.mjs').Options & { peers: 'c' | 'datachannel' }} options
 * @returns {Promise<import('../run.mjs').Outcome>}
 */
export async function run(options) {
  const viewers = options.viewers?.[0] ?? usualViewers;
  const rate = options.rate?.[0] ?? usualRate;
  const seconds = options.minutes * 60;
  const load = { viewers, seconds, interval, settled: Math.min(settled, seconds / 3) };
  console.log(`${viewers} viewers of ${rate} packets/s for ${options.minutes} minutes …`);
  console.log(
    `resident memory and heap of media and control process in MiB, delay in ms, load in % of a core`,
  );
  console.log(
    `${['s', 'media', 'control', 'heap', 'heap', 'p50', 'p99', 'load'].map((text) => text.padStart(9)).join('')}   lost`,
  );
  const result = await soak({ ...options, rate }, load, progress);
  const found = trends(result);
  const { samples } = result;
  const sum = (pick) => samples.reduce((all, one) => all + pick(one), 0);
  const arrived = sum(({ tally }) => tally.packets) / sum(({ tally }) => tally.expected);
  const damaged = sum(({ tally }) => tally.damaged);
  const wrong = [];
  if (damaged > 0) wrong.push(`soak: ${damaged} packets are not those sent`);
  const risen = Object.entries(found).filter(([, { rising }]) => rising);
  const busy = Math.max(...samples.map(({ machine }) => machine.busy));
  const doubtful = busy > 0.97 ? ['soak: the machine was saturated at times'] : [];
  if (arrived < delivered) doubtful.push('soak: packets were lost');
  for (const [name] of risen) {
    (name.startsWith('delay') && doubtful.length > 0 ? doubtful : wrong).push(`soak: it rises: ${name}`);
  }
  return { results: { ...result, trends: found }, table: tableOf(result, found, arrived), doubtful, wrong };
}

function progress({ at, resident, heap, delay, cpu, tally }) {
  const memory = [resident.media, resident.control, heap.media, heap.control].map((bytes) =>
    number(bytes / mib, 1),
  );
  const columns = [
    number(at, 0),
    ...memory,
    number(delay.p50, 2),
    number(delay.p99, 2),
    number(cpu * 100, 0),
  ];
  const lost = tally.expected - tally.packets;
  console.log(`${columns.map((text) => text.padStart(9)).join('')}${String(lost).padStart(7)}`);
}

function tableOf({ viewers, samples, settled }, found, arrived) {
  const last = samples[samples.length - 1];
  const counted = samples.filter(({ at }) => at >= settled);
  const values = (trend, unit, digits) => [
    number(trend.line.mean / unit, digits),
    number(trend.line.growth / unit, digits),
    number((trend.line.error * (last.at - settled)) / unit, digits),
    trend.rising ? 'RISES' : 'steady',
  ];
  const rows = Object.entries(found).map(([name, trend]) =>
    name.startsWith('delay')
      ? [`  ${name}`, 'ms', values(trend, 1, 3)]
      : [`  ${name}`, 'MiB', values(trend, mib, 1)],
  );
  const packets = counted.reduce((all, { tally }) => all + tally.packets, 0);
  const scavenges = counted.reduce((all, one) => all + one.scavenges, 0);
  return format(
    /** @type {import('../lib/table.mjs').Row[]} */ ([
      [
        `${viewers} viewers, from ${number(settled, 0)} to ${number(last.at, 0)} s`,
        '',
        ['mean', 'growth', '±', ''],
      ],
      ...rows,
      ['  packets that came', '%', [number(arrived * 100, 3)]],
      [
        '  server',
        '% of a core',
        [number((counted.reduce((all, { cpu }) => all + cpu, 0) / counted.length) * 100, 1)],
      ],
      ['  packets a scavenge', '', [number(scavenges > 0 ? packets / scavenges : null, 0)]],
    ]),
  );
}

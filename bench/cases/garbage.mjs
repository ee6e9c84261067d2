// garbage: what forwarding allocates, and where.
import { setTimeout as sleep } from 'node:timers/promises';
import { Stage } from '../lib/stage.mjs';
import { format, number } from '../lib/table.mjs';

const usualViewers = 100;
const usualRate = 400;
/** Of many streams, where what a packet costs is not shared by viewers. */
const usualRateOfMany = 100;
const usualSeconds = 60;
/** Lets the code be compiled, which allocates, ms. */
const warmUp = 20_000;
const callTimeout = 10_000;
const mostSites = 8;

/**
 * @param {import('../lib/options.mjs').Options} options
 * @returns {Promise<import('../run.mjs').Outcome>}
 */
export async function run(options) {
  const columns = [];
  for (const viewers of options.viewers ?? [usualViewers]) {
    const rate = options.rate?.[0] ?? usualRate;
    console.log(`${viewers} viewers of ${rate} packets/s …`);
    columns.push({
      name: `${viewers} viewers`,
      ...(await measure({ ...options, rate }, viewers, options.seconds ?? usualSeconds)),
    });
  }
  const { publishers } = options;
  const rate = options.rate?.[0] ?? usualRateOfMany;
  console.log(`${publishers} publishers of ${rate} packets/s, one viewer each …`);
  columns.push({
    name: `${publishers} publishers`,
    ...(await measure({ ...options, rate, streams: publishers }, 1, options.seconds ?? usualSeconds)),
  });
  return { results: { columns }, table: tableOf(columns), doubtful: [], wrong: [] };
}

function measure(options, viewers, seconds) {
  return Stage.with({ ...options, allocations: true }, async (stage) => {
    await stage.addViewers(viewers);
    await sleep(warmUp);
    const tally = async () => {
      const all = await Promise.all(stage.audience.map((peers) => peers.call('tally', {}, callTimeout)));
      return all.reduce((sum, { packets }) => sum + packets, 0);
    };
    const memory = (kind) => Promise.all(stage.server.groups[kind].map((pid) => stage.server.memory(pid)));
    // The first call begins the sampling.
    const before = { media: await memory('media'), control: await memory('control') };
    await tally();
    await sleep(seconds * 1000);
    const packets = await tally();
    const [media, control] = [await memory('media'), await memory('control')];
    return {
      seconds,
      packets,
      media: spent(before.media, media),
      control: spent(before.control, control),
    };
  });
}

/** Of all processes of a kind together. */
function spent(before, after) {
  const sum = (name) => after.reduce((all, one, index) => all + one[name] - before[index][name], 0);
  const sites = after.flatMap((one) => one.sites).sort((a, b) => b[1] - a[1]);
  const allocated = after.reduce((all, one) => all + one.allocated, 0);
  return { scavenges: sum('scavenges'), others: sum('others'), ms: sum('ms'), allocated, sites };
}

function tableOf(columns) {
  const values = (pick, digits) => columns.map((one) => number(pick(one), digits));
  const rows = (kind, name) => [
    [name],
    ['  allocated a forwarded packet', 'bytes', values((one) => one[kind].allocated / one.packets, 3)],
    ['  allocated', 'KiB/s', values((one) => one[kind].allocated / one.seconds / 1024, 1)],
    ['  scavenges', '', values((one) => one[kind].scavenges, 0)],
    ['  other collections', '', values((one) => one[kind].others, 0)],
    ['  time of all', 'ms', values((one) => one[kind].ms, 1)],
  ];
  const sites = columns.flatMap((one) =>
    one.media.sites
      .slice(0, mostSites)
      .map(
        ([place, bytes]) =>
          `  ${number(bytes / one.packets, 3).padStart(9)} bytes a packet, ${one.name}: ${place}`,
      ),
  );
  const table = format(
    /** @type {import('../lib/table.mjs').Row[]} */ ([
      ['', '', columns.map(({ name }) => name)],
      ['forwarded packets', '', values(({ packets }) => packets, 0)],
      ...rows('media', 'media process'),
      ...rows('control', 'control process'),
    ]),
  );
  return [table, 'Where the media process allocates:', ...sites].join('\n');
}

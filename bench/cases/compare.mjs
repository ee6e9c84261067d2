// compare: two builds, or one with two settings, at the same time: what a machine does meanwhile it does to both, so that a
// few per cent show which runs one after the other drown.
import { setTimeout as sleep } from 'node:timers/promises';
import { cpuTime } from '../lib/accounting.mjs';
import { UsageError } from '../lib/options.mjs';
import { Stage } from '../lib/stage.mjs';
import { format, number } from '../lib/table.mjs';

const usualRate = 100;
const usualSeconds = 30;
/** Of each stream. */
const usualViewers = 1;

/**
 * Both are measured in each of two halves, in which they are started in turn.
 *
 * @param {import('../lib/options.mjs').Options} options
 * @returns {Promise<import('../run.mjs').Outcome>}
 */
export async function run(options) {
  const { server, other, otherFlags } = options;
  if (other === undefined && Object.keys(otherFlags).length === 0) {
    throw new UsageError('compare: with what? Say --with FILE, another main.js, or --with-flag NAME=VALUE');
  }
  const load = {
    ...options,
    rate: options.rate?.[0] ?? usualRate,
    viewers: options.viewers?.[0] ?? usualViewers,
    seconds: options.seconds ?? usualSeconds,
  };
  const sides = [
    { name: 'one', server, flags: {} },
    { name: 'other', server: other ?? server, flags: otherFlags },
  ];
  console.log(
    `${load.publishers} streams of ${load.rate} packets/s with ${load.viewers} viewers each, for each of the two …`,
  );
  const halves = [await measure(load, sides, {}), await measure(load, sides.toReversed(), {})];
  const figures = sides.map(({ name }) => means(halves.map((half) => half[name])));
  const ratios = ratiosOf(halves);
  return {
    results: { figures, ratios },
    table: tableOf(figures, ratios),
    doubtful: [],
    wrong: [],
  };
}

/**
 * Starts the sides one inside the other, then reads what each has used, second by second.
 *
 * @returns {Promise<Record<string, Figures>>} by name
 */
async function measure(load, [side, ...further], stages) {
  if (side === undefined) return watch(load, stages);
  const { server, flags } = side;
  return Stage.with({ ...load, server, flags, streams: load.publishers }, async (stage) => {
    await stage.addViewers(load.viewers);
    return measure(load, further, { ...stages, [side.name]: stage });
  });
}

/**
 * @typedef {object} Figures
 * @property {number[]} media CPU time of the media processes a packet, µs, by second
 * @property {number[]} control the same of the control process
 */

async function watch({ publishers, rate, viewers, seconds, warmUp }, stages) {
  await sleep(1000 * warmUp);
  const servers = Object.entries(stages).map(([name, { server }]) => ({ name, server }));
  const figures = Object.fromEntries(servers.map(({ name }) => [name, { media: [], control: [] }]));
  const read = () => servers.map(({ server }) => spentBy(server));
  let before = read();
  let since = performance.now();
  for (let second = 0; second < seconds; second++) {
    await sleep(1000);
    const after = read();
    const now = performance.now();
    const packets = (publishers * rate * viewers * (now - since)) / 1000;
    servers.forEach(({ name }, index) => {
      figures[name].media.push((after[index].media - before[index].media) / packets);
      figures[name].control.push((after[index].control - before[index].control) / packets);
    });
    before = after;
    since = now;
  }
  return figures;
}

function spentBy({ controlPid, mediaPids }) {
  const media = mediaPids.reduce((all, pid) => all + cpuTime(pid).total, 0);
  return { media, control: cpuTime(controlPid).total };
}

/** Over all seconds. */
function means(halves) {
  const mean = (values) => values.reduce((all, value) => all + value, 0) / values.length;
  return {
    media: mean(halves.flatMap(({ media }) => media)),
    control: mean(halves.flatMap(({ control }) => control)),
  };
}

/**
 * Of the media processes, the other's figure ÷ the one's, each of the same second.
 *
 * @returns {{ median: number, low: number, high: number, halves: number[] }} low and high: quartiles; halves: medians of each
 */
export function ratiosOf(halves) {
  const parts = halves.map(({ one, other }) => other.media.map((value, second) => value / one.media[second]));
  const at = (values, share) => values.toSorted((a, b) => a - b)[Math.floor(share * (values.length - 1))];
  const all = parts.flat();
  return {
    median: at(all, 0.5),
    low: at(all, 0.25),
    high: at(all, 0.75),
    halves: parts.map((part) => at(part, 0.5)),
  };
}

function tableOf(figures, { median, low, high, halves }) {
  const micro = (pick) => figures.map((one) => number(pick(one), 2));
  return format(
    /** @type {import('../lib/table.mjs').Row[]} */ ([
      ['', '', ['one', 'other']],
      ['CPU time a forwarded packet'],
      ['  media process', 'µs', micro(({ media }) => media)],
      ['  control process', 'µs', micro(({ control }) => control)],
      ['Media process, other ÷ one, second by second'],
      ['  median', '', ['', number(median, 3)]],
      ['  quartiles', '', [number(low, 3), number(high, 3)]],
      ['  median of each half', '', halves.map((half) => number(half, 3))],
    ]),
  );
}

// cores: what a packet costs when one stream goes out by one and by two media processes, each with as many viewers. Its
// inverse is what they can carry: publisher, viewers and both processes would not fit on two cores at full load.
import { availableParallelism } from 'node:os';
import { Stage } from '../lib/stage.mjs';
import { deliveryRows, format, loadRows, number, verdict } from '../lib/table.mjs';
import { measureTraffic } from '../lib/traffic.mjs';

const processes = [1, 2];
const usualViewers = [200];
const usualRate = 400;
const usualSeconds = 10;
/** How many times what one process carries two should. */
const target = 1.7;

/**
 * @param {import('../lib/options.mjs').Options} options
 * @returns {Promise<import('../run.mjs').Outcome>}
 */
export async function run(options) {
  const rate = options.rate?.[0] ?? usualRate;
  const columns = [];
  const gains = [];
  for (const viewers of options.viewers ?? usualViewers) {
    for (const count of processes) columns.push(await measure(count, viewers, { ...options, rate }));
    const [one, two] = columns.slice(-2);
    const gain = (2 * one.traffic.cpu.media) / two.traffic.cpu.media;
    const met = gain >= target ? 'yes' : 'NO';
    gains.push(
      `${viewers} viewers each: two processes carry ${number(gain, 2)} times what one does; ${target}: ${met}`,
    );
  }
  const verdicts = columns.map(verdict);
  return {
    results: { columns, target },
    table: [tableOf(columns), '', ...gains, `The machine has ${availableParallelism()} cores.`].join('\n'),
    doubtful: verdicts.flatMap(({ doubtful }) => doubtful),
    wrong: verdicts.flatMap(({ wrong }) => wrong),
  };
}

function measure(count, viewers, options) {
  // From the first viewer on, so that both processes have as many.
  const flags = { 'media-workers': String(count), 'media-spread-above': '0' };
  return Stage.with({ ...options, flags }, async (stage) => {
    console.log(`${count} media processes, ${viewers} viewers each …`);
    await stage.addViewers(count * viewers);
    const traffic = await measureTraffic(stage, options.seconds ?? usualSeconds, options.warmUp);
    return { title: [`${count} × media`, `${count * viewers} viewers`], processes: count, traffic };
  });
}

function tableOf(columns) {
  const line = (index) => ['', '', columns.map(({ title }) => title[index])];
  const cpu = (pick) => columns.map(({ traffic }) => number(pick(traffic.cpu), 2));
  return format(
    /** @type {import('../lib/table.mjs').Row[]} */ ([
      line(0),
      line(1),
      ['CPU time a forwarded packet'],
      ['  whole server', 'µs', cpu(({ all }) => all)],
      ['  media processes', 'µs', cpu(({ media }) => media)],
      ...deliveryRows(columns),
      ...loadRows(columns),
    ]),
  );
}

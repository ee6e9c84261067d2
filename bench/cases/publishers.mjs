// publishers: many streams with one viewer each, where nothing can be shared between viewers.
import { Stage } from '../lib/stage.mjs';
import { table, verdicts } from '../lib/table.mjs';
import { measureTraffic } from '../lib/traffic.mjs';

const usualRates = [100];
const usualSeconds = 10;
/** CPU time of the whole server a packet through, µs, that it should stay below. */
const target = 12;

/**
 * @param {import('../lib/options.mjs').Options} options
 * @returns {Promise<import('../run.mjs').Outcome>}
 */
export async function run(options) {
  const columns = [];
  for (const rate of options.rate ?? usualRates) {
    console.log(`${options.publishers} publishers of ${rate} packets/s …`);
    const traffic = await Stage.with({ ...options, rate, streams: options.publishers }, async (stage) => {
      await stage.addViewers(1);
      return measureTraffic(stage, options.seconds ?? usualSeconds, options.warmUp);
    });
    columns.push({ title: [`${options.publishers} × ${rate}/s × 1`], traffic });
  }
  const figures = columns.map(({ title, traffic: { cpu } }) => {
    const met = cpu.all < target ? 'yes' : 'NO';
    return `${title[0]}: ${cpu.all.toFixed(1)} µs a packet through; below ${target} µs: ${met}`;
  });
  return {
    results: { columns, target },
    table: [table(columns), '', ...figures].join('\n'),
    ...verdicts(columns),
  };
}

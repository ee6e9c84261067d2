// publishers: many streams with one viewer each, where nothing can be shared between viewers; other servers beside, in
// the same run, and the floor before and after.
import { buildFloors, mean, measureRelayFloor } from '../lib/floor.mjs';
import { Stage } from '../lib/stage.mjs';
import { table, verdicts } from '../lib/table.mjs';
import { measureTraffic } from '../lib/traffic.mjs';
import { findRivals } from '../rivals/rivals.mjs';

const usualRates = [100];
const usualSeconds = 10;
/** CPU time of the whole server a packet through, µs, that it should stay below on the machine of docs/performance.md. */
const target = 12;

/**
 * @param {import('../lib/options.mjs').Options} options
 * @returns {Promise<import('../run.mjs').Outcome>}
 */
export async function run(options) {
  const noFloor = await buildFloors();
  if (noFloor) console.log(`The floor is skipped: ${noFloor}`);
  const { rivals, missing } = await findRivals(options);
  for (const reason of missing) console.log(`Skipped: ${reason}`);
  const columns = [];
  const goals = [];
  for (const rate of options.rate ?? usualRates) {
    console.log(`${options.publishers} publishers of ${rate} packets/s …`);
    const servers = await measureServers({ ...options, rate }, noFloor === null, rivals);
    columns.push(...servers);
    goals.push(goal(servers));
  }
  return {
    results: { columns, target },
    table: [table(columns), '', ...goals].join('\n'),
    ...verdicts(columns),
  };
}

/** Sluice, then the others, each between two measurements of the floor. */
async function measureServers(options, withFloor, rivals) {
  const { publishers, rate, seconds = usualSeconds, warmUp } = options;
  const floor = async () => (withFloor ? await measureRelayFloor(publishers, options) : null);
  const place = `${publishers} × ${rate}/s × 1`;
  const columns = [];
  let before = await floor();
  for (const { title, start } of [{ title: 'Sluice', start: undefined }, ...rivals]) {
    const traffic = await Stage.with({ ...options, streams: publishers, start }, async (stage) => {
      await stage.addViewers(1);
      return measureTraffic(stage, seconds, warmUp);
    });
    const after = await floor();
    columns.push({
      title: rivals.length > 0 ? [place, title] : [place],
      traffic,
      floor: before && after && mean(before, after),
    });
    before = after;
  }
  return columns;
}

/** Whether the target is met, and what compares better from one machine to another. */
function goal([sluice, ...others]) {
  const { all } = sluice.traffic.cpu;
  const met = all < target ? 'yes' : 'NO';
  const ratio = (name, value) => `${(all / value).toFixed(2)} of ${name}`;
  const ratios = others.map(({ title, traffic }) => ratio(title[1], traffic.cpu.all));
  if (sluice.floor) ratios.push(ratio('the lowest floor', Math.min(...Object.values(sluice.floor))));
  return [
    `${sluice.title[0]}: ${all.toFixed(1)} µs a packet through; below ${target} µs: ${met}`,
    ...ratios,
  ].join('; ');
}

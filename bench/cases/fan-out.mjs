// fan-out: one publisher, many viewers; other servers beside, in the same run, and the floor before and after.
import { setTimeout as sleep } from 'node:timers/promises';
import { buildFloors, mean, measureFloor } from '../lib/floor.mjs';
import { compareMemory, readMemory } from '../lib/memory.mjs';
import { Stage } from '../lib/stage.mjs';
import { table, verdicts } from '../lib/table.mjs';
import { measureTraffic } from '../lib/traffic.mjs';
import { findRivals } from '../rivals/rivals.mjs';

const usualViewers = [100];
const usualRates = [400, 100];
const usualSeconds = 10;
/** Fills the server's packet cache, ms. */
const fillTime = 3000;

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
  for (const rate of options.rate ?? usualRates) {
    for (const viewers of options.viewers ?? usualViewers) {
      console.log(`${viewers} viewers of ${rate} packets/s …`);
      const settings = { ...options, rate, seconds: options.seconds ?? usualSeconds };
      columns.push(...(await measureColumn(viewers, settings, noFloor === null, rivals)));
    }
  }
  return { results: { columns }, table: table(columns), ...verdicts(columns) };
}

/** Sluice between two measurements of the floor, then the others, each with a floor after it. */
async function measureColumn(viewers, options, withFloor, rivals) {
  const floor = async () => (withFloor ? await measureFloor(viewers, options) : null);
  const place = `${viewers} × ${options.rate}/s`;
  const columns = [];
  let before = await floor();
  const add = async (title, measured) => {
    const after = await floor();
    columns.push({ title, floor: before && after && mean(before, after), ...measured });
    before = after;
  };
  await add(rivals.length > 0 ? [place, 'Sluice'] : [place], await measureSluice(viewers, options));
  for (const { title, start } of rivals) {
    await add([place, title], { traffic: await measureRival(viewers, { ...options, start }) });
  }
  return columns;
}

function measureSluice(viewers, options) {
  return Stage.with(options, async (stage) => {
    await sleep(fillTime);
    const idle = await readMemory(stage.server);
    await stage.addViewers(viewers);
    const traffic = await measureTraffic(stage, options.seconds, options.warmUp);
    const loaded = await readMemory(stage.server);
    return { traffic, memory: compareMemory(idle, loaded, viewers) };
  });
}

function measureRival(viewers, options) {
  return Stage.with(options, async (stage) => {
    await sleep(fillTime);
    await stage.addViewers(viewers);
    return measureTraffic(stage, options.seconds, options.warmUp);
  });
}

// One case: the floor, then a fresh server with one publisher and so many viewers, then the floor again.
import { setTimeout as sleep } from 'node:timers/promises';
import { measureFloor } from './floor.mjs';
import { compareMemory, readMemory } from './memory.mjs';
import { Stage } from './stage.mjs';
import { measureTraffic } from './traffic.mjs';

/**
 * @typedef {object} Case
 * @property {number} viewers
 * @property {import('./floor.mjs').Floor | null} floor the mean of before and after
 * @property {import('./traffic.mjs').Traffic} traffic
 * @property {import('./memory.mjs').Memory} memory
 */

/** Fills the server's packet cache, ms. */
const fillTime = 3000;

/**
 * @param {number} viewers
 * @param {import('./options.mjs').Options} options
 * @param {boolean} withFloor
 * @returns {Promise<Case>}
 */
export async function measureCase(viewers, options, withFloor) {
  const before = withFloor ? await measureFloor(viewers, options) : null;
  const server = await measureServer(viewers, options);
  const after = withFloor ? await measureFloor(viewers, options) : null;
  return { viewers, floor: before && after && mean(before, after), ...server };
}

function measureServer(viewers, options) {
  return Stage.with(options, async (stage) => {
    await sleep(fillTime);
    const idle = await readMemory(stage.server);
    await stage.addViewers(viewers);
    const traffic = await measureTraffic(stage, options.seconds);
    const loaded = await readMemory(stage.server);
    return { traffic, memory: compareMemory(idle, loaded, viewers) };
  });
}

/** @returns {import('./floor.mjs').Floor} */
function mean(one, other) {
  const names = /** @type {(keyof import('./floor.mjs').Floor)[]} */ (Object.keys(one));
  return /** @type {any} */ (Object.fromEntries(names.map((name) => [name, (one[name] + other[name]) / 2])));
}

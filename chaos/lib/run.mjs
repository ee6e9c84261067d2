// One fault after another, and what came of each.
import { setTimeout as sleep } from 'node:timers/promises';
import { census, emptied, leaks, whole } from './census.mjs';
import { Check } from './check.mjs';
import { makeClip, now } from './crowd.mjs';
import { Scene } from './scene.mjs';

const longestLinger = 45_000;
/** Of a count, until more than before is a leak. */
const mostTries = 6;
const mostForOne = 600_000;

/**
 * @typedef {object} Fault
 * @property {string} name fault and process, phase
 * @property {Record<string, string>} [flags] of the server
 * @property {boolean} [fresh] whether it needs a server of its own
 * @property {boolean} [restarts] whether another server stands there afterwards: nothing to compare with
 * @property {boolean} [namespace] whether it needs namespaces of its own: root
 * @property {(scene: Scene, check: Check, dice: () => number) => Promise<void>} run injects the fault, takes it back, calls
 *   `scene.over` when new clients are to be served from then on, and checks what clients were told
 */

/**
 * @typedef {object} Outcome
 * @property {string} name
 * @property {string[]} wrong what clients were told wrongly, or were not
 * @property {string[]} leaks
 * @property {number | null} served ms until new clients had media; null when they never had
 * @property {number} usual ms that this takes without a fault
 * @property {number} seconds it took altogether
 */

/**
 * @param {Fault[]} faults
 * @param {{ within: number, dice: () => number }} options within: ms
 * @param {(outcome: Outcome) => void} onOutcome
 * @returns {Promise<Outcome[]>}
 */
export async function run(faults, { within, dice }, onOutcome) {
  const clip = makeClip();
  const outcomes = [];
  let scene = null;
  let key = '';
  for (const fault of faults) {
    const startedAt = now();
    const wanted = JSON.stringify(fault.flags ?? {});
    let outcome;
    try {
      if (scene && (fault.fresh || wanted !== key || !scene.intact)) {
        await scene.close();
        scene = null;
      }
      scene ??= await Scene.open(clip.path, fault.flags ?? {});
      key = wanted;
      outcome = await runOne(fault, scene, within, dice);
    } catch (error) {
      outcome = {
        wrong: [`it could not be done: ${error.message}`],
        leaks: [],
        served: null,
        usual: scene?.usual ?? 0,
      };
    }
    outcomes.push({ name: fault.name, ...outcome, seconds: (now() - startedAt) / 1000 });
    onOutcome(outcomes[outcomes.length - 1]);
    // What one fault has left behind is not to be found again with the next.
    if (outcome.served === null || outcome.leaks.length > 0) {
      if (process.env.CHAOS_LOG)
        console.log(
          scene?.server.entries
            .slice(-40)
            .map((one) => JSON.stringify(one))
            .join('\n'),
        );
      await scene?.close();
      scene = null;
    }
  }
  await scene?.close();
  clip.remove();
  return outcomes;
}

async function runOne(fault, scene, within, dice) {
  const check = new Check();
  let timer;
  const tooLong = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not over in ${mostForOne} ms`)), mostForOne);
  });
  const { server } = scene;
  try {
    await Promise.race([fault.run(scene, check, dice), tooLong]);
    const served = await scene.servedAgain();
    const { usual, startTime } = scene;
    const soon = served < Math.max(within, 5 * usual, startTime);
    const before = scene.refusals.slice(-5).join(', ') || 'not refused';
    check.that(soon, `new clients were served after ${Math.round(served)} ms: ${before}`);
    await scene.leave();
    if (!scene.crowd.alive) await scene.replaceCrowd();
    const left = await emptied(scene.server, longestLinger);
    const found = Object.entries(left).map(([name, count]) => `${name}: ${count}`);
    const comparable = !fault.restarts && server === scene.server;
    if (!fault.restarts) {
      const serve = await whole(scene.server, scene.baseline.roles.media.processes, longestLinger);
      check.that(serve, 'not all media processes serve again');
    }
    if (comparable) found.push(...(await lasting(scene)));
    else await scene.settle();
    return { wrong: check.wrong, leaks: found, served: Number.isFinite(served) ? served : null, usual };
  } finally {
    clearTimeout(timer);
  }
}

/** What is more than before, and stays so: time-outs that run out by themselves are none. */
async function lasting(scene) {
  for (let tries = 1; ; tries++) {
    const found = leaks(scene.baseline, await census(scene.server));
    if (found.length === 0 || tries === mostTries) return found;
    await sleep(3000);
  }
}

// The least delay there can be on this machine: forward.c in the server's place, with the same tap.
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathOf } from '../lib/c-program.mjs';
import { endChild, startChild, within } from '../lib/children.mjs';
import { passage } from './passage.mjs';
import { urgently } from './priority.mjs';
import { Tap } from './tap.mjs';
import { drainTime, spareRecords } from './timing.mjs';

const startTimeout = 5000;
const warmUp = 1000;

/**
 * @param {import('./options.mjs').DelayCase} one
 * @param {number} seconds
 * @param {boolean} urgent whether it runs before everything else
 * @returns {Promise<import('./passage.mjs').Passage>}
 */
export async function measureLeast({ viewers, probes, rate, size }, seconds, urgent) {
  const span = Math.ceil(seconds + (warmUp + drainTime) / 1000 + 3);
  const args = [viewers, probes, rate, size, span].map(String);
  const command = [...(urgent ? urgently : []), pathOf('forward'), ...args];
  const child = startChild(command[0], command.slice(1), { stdio: ['pipe', 'pipe', 'inherit'] });
  let tap;
  try {
    const [line] = await within(once(child.stdout ?? child, 'data'), startTimeout, 'the forwarder starts');
    tap = await Tap.start(Number(line), probes, spareRecords(rate, probes, seconds));
    child.stdin?.write(`${[tap.fronts[0], ...tap.backs.slice(1)].join(' ')}\n`);
    await sleep(warmUp);
    tap.begin();
    await sleep(seconds * 1000 + drainTime);
    return passage(await tap.end(), probes, drainTime * 1e6);
  } finally {
    await tap?.close();
    await endChild(child, 0);
  }
}

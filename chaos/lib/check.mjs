// What is found wrong with one fault.
import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive } from './processes.mjs';

const ending = ['FAILED', 'UNPUBLISHED', 'STOPPED'];

/** A media session of a client. @typedef {{ crowd: import('./crowd.mjs').Crowd, client: string, id: string, stream: string }} Party */

export class Check {
  /** @type {string[]} */
  wrong = [];

  /** @param {unknown} right @param {string} text what is wrong otherwise */
  that(right, text) {
    if (!right) this.wrong.push(text);
  }

  /**
   * Each of them is told that it has ended, and why.
   *
   * @param {Party[]} parties
   * @param {string[]} infos of which one is right
   */
  async failed(parties, infos, ms = 15_000) {
    const told = await Promise.all(parties.map(({ crowd, id }) => crowd.status(id, ending, ms)));
    told.forEach((event, index) => {
      const right = event?.status === 'FAILED' && infos.includes(event.info ?? '');
      const said = event ? `${event.status} '${event.info}'` : `nothing in ${ms} ms`;
      this.that(right, `${parties[index].stream} was told ${said} instead of '${infos.join("' or '")}'`);
    });
  }

  /**
   * None of them has ended, and media comes to those that play.
   *
   * @param {Party[]} parties
   */
  async unharmed(parties, ms = 20_000) {
    const packets = () => Promise.all(parties.map(({ crowd, client, id }) => crowd.packets(client, id)));
    const before = await packets();
    const waits = parties.map((party) => party.crowd.ended(party.id));
    waits.forEach((event, index) => {
      this.that(!event, `${parties[index].stream} has ended: ${event?.status} '${event?.info}'`);
    });
    const plays = parties.map(({ plays }) => plays);
    for (const deadline = performance.now() + ms; performance.now() < deadline; await sleep(100)) {
      const after = await packets();
      if (after.every((count, index) => !plays[index] || waits[index] || count > before[index] + 3)) return;
    }
    const after = await packets();
    parties.forEach(({ stream }, index) => {
      if (plays[index])
        this.that(after[index] > before[index] + 3, `no media comes to a player of ${stream}`);
    });
  }

  /** @param {number[]} pids of processes that must go */
  async gone(pids, ms = 10_000) {
    const left = () => pids.filter(isAlive);
    for (const deadline = performance.now() + ms; left().length > 0; await sleep(50)) {
      if (performance.now() < deadline) continue;
      this.wrong.push(`${left().length} processes are left`);
      for (const pid of left()) process.kill(pid, 'SIGKILL');
      return;
    }
  }
}

/**
 * Waits for something that comes true by itself.
 *
 * @template T
 * @param {() => T | Promise<T>} read
 * @returns {Promise<T>} the last thing read, true or not
 */
export async function until(read, ms, pause = 20) {
  for (const deadline = performance.now() + ms; ; await sleep(pause)) {
    const found = await read();
    const full = Array.isArray(found) ? found.length > 0 : found;
    if (full || performance.now() > deadline) return found;
  }
}

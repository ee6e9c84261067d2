// The parent's side of tap.c.

import { pathOf } from '../lib/c-program.mjs';
import { endChild, startChild, within } from '../lib/children.mjs';
import { parseRecords } from './passage.mjs';

const answerTimeout = 15_000;
const recordSize = 24;

export class Tap {
  /** Where each leg's peer is to send to; the first is the publisher's. @type {number[]} */
  fronts = [];
  /** The ports under which the server knows them. @type {number[]} */
  backs = [];
  /** Whether the system let it run before everything else. */
  urgent = false;
  #child;
  #received = Buffer.alloc(0);
  #onData = () => {};
  #ended;

  /** Made by `start`. */
  constructor(child) {
    this.#child = child;
    this.#ended = new Promise((_, reject) => {
      child.on('error', reject);
      child.on('exit', (code, signal) => reject(new Error(`tap ended: ${signal ?? `exit code ${code}`}`)));
    });
    this.#ended.catch(() => {});
    child.stdout.on('data', (data) => {
      this.#received = Buffer.concat([this.#received, data]);
      this.#onData();
    });
  }

  /**
   * @param {number} serverPort on loopback
   * @param {number} probes viewers that have a leg
   * @param {number} capacity records it can hold
   */
  static async start(serverPort, probes, capacity) {
    const args = [serverPort, probes + 1, capacity].map(String);
    const tap = new Tap(startChild(pathOf('tap'), args, { stdio: ['pipe', 'pipe', 'inherit'] }));
    const { fronts, backs, urgent } = JSON.parse(await tap.#line());
    return Object.assign(tap, { fronts, backs, urgent });
  }

  get pid() {
    return this.#child.pid ?? -1;
  }

  begin() {
    this.#child.stdin.write('s');
  }

  /** @returns {Promise<import('./passage.mjs').TapRecord[]>} what passed since `begin` */
  async end() {
    this.#child.stdin.write('e');
    const [count, missed] = (await this.#line()).split(' ').map(Number);
    if (missed > 0) throw new Error(`the tap had no room or no time for ${missed} packets`);
    const length = count * recordSize;
    await this.#until(() => this.#received.length >= length);
    const bytes = this.#received.subarray(0, length);
    this.#received = this.#received.subarray(length);
    return parseRecords(bytes);
  }

  async close() {
    await endChild(this.#child, 1000);
  }

  async #line() {
    await this.#until(() => this.#received.includes('\n'));
    const end = this.#received.indexOf('\n');
    const line = this.#received.toString('utf8', 0, end);
    this.#received = this.#received.subarray(end + 1);
    return line;
  }

  /** @param {() => boolean} met */
  #until(met) {
    const waiting = new Promise((resolve) => {
      this.#onData = () => met() && resolve(undefined);
      this.#onData();
    });
    return within(Promise.race([waiting, this.#ended]), answerTimeout, 'the tap answers');
  }
}

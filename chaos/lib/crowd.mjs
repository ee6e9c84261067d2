// The parent's side of a process with clients.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PeerProcess } from '../../bench/lib/peer-process.mjs';

const callTimeout = 60_000;
const ending = ['FAILED', 'UNPUBLISHED', 'STOPPED'];

/** ms, the same in all processes. */
export const now = () => Number(process.hrtime.bigint()) / 1e6;

/**
 * What a client was told.
 *
 * @typedef {object} Told
 * @property {string} client
 * @property {number} at ms
 * @property {string} [id] of the media session
 * @property {string} [status]
 * @property {string} [info]
 * @property {string} [recordName]
 * @property {boolean} [answered] whether it is the server's SDP
 * @property {number} [port] in it, of its first candidate
 * @property {boolean} [media] whether it is the first packet
 * @property {string} [snapshot]
 * @property {number} [closed] code of its WebSocket's end
 */

/** Makes the pictures that publishers send. @returns {{ path: string, remove(): void }} */
export function makeClip() {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-chaos-clip-'));
  const path = join(folder, 'clip.ivf');
  const remove = () => rmSync(folder, { recursive: true, force: true });
  process.on('exit', remove);
  const source = ['-f', 'lavfi', '-i', 'testsrc2=size=320x180:rate=15:duration=4'];
  const encoder = ['-c:v', 'libvpx', '-b:v', '150k', '-g', '15', '-deadline', 'realtime', '-cpu-used', '8'];
  execFileSync('ffmpeg', ['-hide_banner', '-loglevel', 'error', ...source, ...encoder, path]);
  return { path, remove };
}

export class Crowd {
  #process = new PeerProcess('../../chaos/peers/clients.mjs');
  #waiting = new Set();
  #names = 0;
  /** @type {Told[]} */
  told = [];
  /** Whether its process is there. */
  alive = true;

  /** Made by `start`. */
  constructor() {
    this.#process.on('failed', () => {
      this.alive = false;
    });
    this.#process.on('told', (event) => {
      this.told.push(event);
      for (const waiter of this.#waiting) waiter(event);
    });
  }

  /** @param {string} clip path of what publishers send */
  static async start(clip) {
    const crowd = new Crowd();
    await crowd.#call('load', { path: clip });
    return crowd;
  }

  get pid() {
    return this.#process.pid;
  }

  /** @returns {Promise<string>} its name, once it has a session */
  async connect(url, appKey = undefined) {
    const client = `client-${++this.#names}`;
    await this.#call('connect', { client, url, appKey });
    return client;
  }

  /** @returns {Promise<string>} id of the media session, once it has been asked for */
  publish(client, stream, how = {}) {
    return this.#call('publish', { client, stream, ...how });
  }

  /** @returns {Promise<string>} id of the media session, once it has been asked for */
  play(client, stream, how = {}) {
    return this.#call('play', { client, stream, ...how });
  }

  stop(client, id, stream) {
    return this.#call('stop', { client, id, stream });
  }

  mute(client, id, muted) {
    return this.#call('mute', { client, id, muted });
  }

  snapshot(client, stream) {
    return this.#call('snapshot', { client, stream });
  }

  /** @returns {Promise<number>} that have come so far */
  packets(client, id) {
    return this.#call('packets', { client, id });
  }

  leave(client) {
    return this.#call('close', { client });
  }

  /**
   * Waits for something that a client is told; past events from `from` on count.
   *
   * @param {(event: Told) => boolean} matches
   * @returns {Promise<Told | null>} null when it does not come in time
   */
  wait(matches, ms, from = 0) {
    const past = this.told.slice(from).find(matches);
    if (past) return Promise.resolve(past);
    return new Promise((resolve) => {
      const settle = (event) => {
        clearTimeout(timer);
        this.#waiting.delete(waiter);
        resolve(event);
      };
      const waiter = (event) => matches(event) && settle(event);
      const timer = setTimeout(() => settle(null), ms);
      this.#waiting.add(waiter);
    });
  }

  /** Waits for one of some statuses of a media session. */
  status(id, statuses, ms) {
    return this.wait((event) => event.id === id && statuses.includes(event.status ?? ''), ms);
  }

  /** The status that a media session has ended with. @returns {Told | undefined} */
  ended(id) {
    return this.told.find((event) => event.id === id && ending.includes(event.status ?? ''));
  }

  async close() {
    await this.#process.close();
  }

  #call(method, params) {
    return this.#process.call(method, params, callTimeout);
  }
}

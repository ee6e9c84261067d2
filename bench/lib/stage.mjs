// A server of its own with publishers and their viewers, for as long as something is measured.
import { buildAudience } from './audience.mjs';
import { PeerProcess } from './peer-process.mjs';
import { Server } from './server.mjs';

const startTimeout = 120_000;
/** What a process of the load generator takes on, so that one core is enough for it at any rate that is usual. */
const publishersPerProcess = 25;
const viewersPerProcess = { c: 1000, datachannel: 50 };
/** All clients have the same address. */
const oneAddress = {
  'signaling-max-sessions-per-address': '5000',
  'signaling-max-pending-per-address': '5000',
};
const scripts = { c: 'audience.mjs', datachannel: 'viewers.mjs' };

/**
 * @typedef {object} StageOptions
 * @property {number} rate packets/s of each publisher
 * @property {number} size of a packet, bytes
 * @property {string} server its main.js
 * @property {'c' | 'datachannel'} peers what viewers are
 * @property {number} [streams] one publisher each; 1 unless told
 * @property {boolean} [stamps] whether packets carry the time at which they were sent
 * @property {boolean} [varies] whether every stream has a new bitrate each second; viewers would call that wrong
 * @property {string} [cpuProfile] folder for CPU profiles
 * @property {Record<string, string>} [flags] of the server
 * @property {string[]} [nodeFlags] of Node.js, for the server's processes
 * @property {boolean} [allocations] whether the server tells of its allocations
 * @property {() => Promise<any>} [start] starts another server instead, with the same properties
 */

export class Stage {
  /** Sluice, or what is in its place. @type {Server} */
  server;
  /** Processes of publishers. @type {PeerProcess[]} */
  publishers = [];
  /** Processes of viewers. @type {PeerProcess[]} */
  audience = [];
  /** Process ids of the viewers' processes, and of theirs. @type {number[]} */
  audiencePids = [];
  #options;
  /** Streams by process of publishers. @type {{ name: string, seed: number }[][]} */
  #streams;
  #fail;
  #failed = new Promise((_, reject) => {
    this.#fail = reject;
  });

  constructor(options) {
    this.#options = options;
    const streams = Array.from({ length: options.streams ?? 1 }, (_, seed) => ({
      name: `bench-${seed}`,
      seed,
    }));
    this.#streams = shares(streams.length, publishersPerProcess).map(([from, to]) => streams.slice(from, to));
  }

  /**
   * Sets up a server with its publishers, lets `use` do its work, and ends everything whatever came of it.
   *
   * @template T
   * @param {StageOptions} options
   * @param {(stage: Stage) => Promise<T>} use
   * @returns {Promise<T>} rejects when a process ends before its time
   */
  static async with(options, use) {
    if (options.peers === 'c') await buildAudience();
    const stage = new Stage(options);
    const { server, cpuProfile, flags, nodeFlags, allocations, start } = options;
    const settings = { cpuProfile, flags: { ...oneAddress, ...flags }, nodeFlags, allocations };
    stage.server = await (start ? start() : Server.start(server, settings));
    try {
      const work = async () => {
        await stage.#publish();
        return use(stage);
      };
      return await Promise.race([work(), stage.#failed, stage.server.failed]);
    } catch (error) {
      throw new Error(`${error.message}\nThe end of the server's log:\n${stage.server.log}`);
    } finally {
      await stage.#close();
    }
  }

  /** How many processes publish: each has its own window. */
  get groups() {
    return this.#streams.length;
  }

  /** Connects so many viewers to each stream; each gets media when this resolves. May be called again for more. */
  async addViewers(viewers) {
    const { rate, size, stamps, peers } = this.#options;
    const streams = this.#streams.flatMap((some, group) => some.map((stream) => ({ ...stream, group })));
    const calls = shares(viewers, Math.max(1, Math.floor(viewersPerProcess[peers] / streams.length))).map(
      async ([from, to]) => {
        const process = this.#start(scripts[peers]);
        this.audience.push(process);
        const client = this.server.client;
        const wanted = streams.map((stream) => ({ ...stream, count: to - from }));
        const { pids } = await process.call(
          'start',
          { client, streams: wanted, rate, size, stamps },
          startTimeout,
        );
        this.audiencePids.push(process.pid, ...pids);
      },
    );
    await Promise.all(calls);
  }

  async #publish() {
    const { rate, size, stamps, varies } = this.#options;
    this.publishers = this.#streams.map(() => this.#start('publisher.mjs'));
    const client = this.server.client;
    const start = (process, index) =>
      process.call(
        'start',
        { client, streams: this.#streams[index], rate, size, stamps, varies },
        startTimeout,
      );
    await Promise.all(this.publishers.map(start));
  }

  #start(script) {
    const peers = new PeerProcess(script);
    peers.once('failed', this.#fail);
    return peers;
  }

  async #close() {
    await Promise.all([...this.publishers, ...this.audience].map((process) => process.close()));
    if (!(await this.server.stop())) console.error('The server did not stop in time with exit code 0.');
  }
}

/**
 * Splits `total` as evenly as can be into parts of `most`.
 *
 * @returns {[number, number][]} from each up to the next
 */
export function shares(total, most) {
  const parts = Math.ceil(total / most);
  const edge = (index) => Math.floor((index * total) / parts);
  return Array.from({ length: parts }, (_, index) => [edge(index), edge(index + 1)]);
}

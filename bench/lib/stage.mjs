// A server of its own with one publisher and its viewers, for as long as something is measured.
import { PeerProcess } from './peer-process.mjs';
import { Server } from './server.mjs';

const stream = 'bench';
const viewersPerProcess = 50;
const startTimeout = 60_000;

export class Stage {
  /** @type {Server} */
  server;
  /** @type {PeerProcess} */
  publisher;
  /** Processes of viewers. @type {PeerProcess[]} */
  audience = [];
  #client;
  #fail;
  #failed = new Promise((_, reject) => {
    this.#fail = reject;
  });

  /**
   * Sets up a server with a publisher, lets `use` do its work, and ends everything whatever came of it.
   *
   * @template T
   * @param {import('./options.mjs').Options} options
   * @param {(stage: Stage) => Promise<T>} use
   * @returns {Promise<T>} rejects when a process ends before its time
   */
  static async with(options, use) {
    const stage = new Stage();
    stage.server = await Server.start(options.server, { cpuProfile: options.cpuProfile });
    try {
      const { rate, size } = options;
      stage.#client = { url: stage.server.wsUrl, name: stream, rate, size };
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

  /** Connects viewers; each gets media when this resolves. */
  async addViewers(viewers) {
    const counts = shares(viewers);
    this.audience = counts.map(() => this.#start('viewers.mjs'));
    const start = (peers, index) =>
      peers.call('start', { ...this.#client, count: counts[index] }, startTimeout);
    await Promise.all(this.audience.map(start));
  }

  async #publish() {
    this.publisher = this.#start('publisher.mjs');
    await this.publisher.call('start', this.#client, startTimeout);
  }

  #start(script) {
    const peers = new PeerProcess(script);
    peers.once('failed', this.#fail);
    return peers;
  }

  async #close() {
    const peers = this.publisher ? [this.publisher, ...this.audience] : [];
    await Promise.all(peers.map((process) => process.close()));
    if (!(await this.server.stop())) console.error('The server did not stop within 3 s with exit code 0.');
  }
}

/** Viewers by process. */
function shares(viewers) {
  const processes = Math.ceil(viewers / viewersPerProcess);
  return Array.from({ length: processes }, (_, index) => {
    return Math.floor(((index + 1) * viewers) / processes) - Math.floor((index * viewers) / processes);
  });
}

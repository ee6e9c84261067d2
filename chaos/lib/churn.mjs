// Clients that come and go, as the dice say.
import { setTimeout as sleep } from 'node:timers/promises';
import { seededRandom } from '../../bench/link/random.mjs';
import { Crowd, now } from './crowd.mjs';

/** How long a client waits for an answer, ms: longer than any time-out of the server's. */
const patience = 30_000;
/** How long after a process was killed its streams may fail, ms. */
const aftermath = 5000;

/** How often each of these is done, against the others. */
const weights = {
  publish: 3,
  record: 2,
  play: 8,
  transcode: 0.5,
  snapshot: 0.5,
  mute: 1,
  stop: 6,
  leave: 2,
  killClients: 0.3,
};

/** @typedef {{ crowd: Crowd, client: string, id: string, stream: string, published: boolean, asked: number, began: boolean }} Live */

/**
 * What a client may be told without anything being amiss.
 * @param {boolean} killed whether a process of the server was killed a moment ago
 */
function explained({ status, info }, killed) {
  if (status !== 'FAILED') return true;
  if (info === 'Stopped by publisher stop') return true;
  return killed && (info === 'Failed by error' || info === 'Failed to add stream to proxy');
}

export class Churn {
  #server;
  #clip;
  #random;
  /** @type {Crowd[]} */
  #crowds = [];
  /** @type {Live[]} */
  #live = [];
  #streams = 0;
  #killedAt = -Infinity;
  /** Times from asking to the first packet or PUBLISHING, ms, since `take`. */
  #joins = { publish: [], play: [] };
  /** Those without an answer yet. @type {Map<Live, Promise<void>>} */
  #asking = new Map();
  /** How often each thing was done. @type {Record<string, number>} */
  done = {};
  /** What went wrong. @type {string[]} */
  wrong = [];

  /**
   * @param {import('./server.mjs').Server} server
   * @param {{ clip: string, seed: number, crowds?: number, most?: number }} options clip: path; most: media sessions at a time
   */
  constructor(server, { clip, seed, crowds = 2, most = 10 }) {
    this.#server = server;
    this.#clip = clip;
    this.#random = seededRandom(seed, 'churn');
    this.most = most;
    this.crowds = crowds;
  }

  async open() {
    this.#crowds = await Promise.all(Array.from({ length: this.crowds }, () => Crowd.start(this.#clip)));
  }

  get pids() {
    return this.#crowds.map(({ pid }) => pid);
  }

  /** Does one thing. What comes of it is awaited elsewhere. */
  async step() {
    const act = this.#choose();
    this.done[act] = (this.done[act] ?? 0) + 1;
    try {
      await this.#act(act);
    } catch (error) {
      this.#complain(`${act}: ${error.message}`);
    }
  }

  /** A process of the server was killed: what it carried may fail. */
  disturbed() {
    this.#killedAt = now();
  }

  /** The times to join since the last call, ms. */
  take() {
    const taken = this.#joins;
    this.#joins = { publish: [], play: [] };
    return taken;
  }

  /** Everybody leaves, some with a word and some without. */
  async quiet() {
    // Nobody answers those that have gone before.
    await Promise.all(this.#live.map((live) => this.#asking.get(live)));
    for (const live of this.#live) {
      if (this.#random() < 0.5) await live.crowd.stop(live.client, live.id, live.stream).catch(() => {});
    }
    const clients = new Map(this.#live.map(({ crowd, client }) => [client + crowd.pid, { crowd, client }]));
    for (const { crowd, client } of clients.values()) await crowd.leave(client).catch(() => {});
    this.#live = [];
    for (const crowd of this.#crowds) crowd.told.length = 0;
  }

  async close() {
    await Promise.all(this.#crowds.map((crowd) => crowd.close()));
  }

  #choose() {
    const room = this.#live.length < this.most;
    const possible = Object.entries(weights).filter(([act]) => {
      if (act === 'publish' || act === 'record') return room;
      if (act === 'play' || act === 'transcode') return room && this.#published.length > 0;
      return act === 'killClients' || this.#live.length > 0;
    });
    let pick = this.#random() * possible.reduce((sum, [, weight]) => sum + weight, 0);
    for (const [act, weight] of possible) {
      pick -= weight;
      if (pick < 0) return act;
    }
    return 'publish';
  }

  get #published() {
    return this.#live.filter(({ published, began }) => published && began);
  }

  #one(list) {
    return list[Math.floor(this.#random() * list.length)];
  }

  async #act(act) {
    switch (act) {
      case 'publish':
      case 'record':
        return this.#join(`churn-${++this.#streams}`, true, { record: act === 'record' });
      case 'play':
        return this.#join(this.#one(this.#published).stream, false, {});
      case 'transcode':
        return this.#join(this.#one(this.#published).stream, false, { width: 160, height: 90 });
      case 'snapshot': {
        const { crowd, client, stream } = this.#one(this.#live);
        return crowd.snapshot(client, stream);
      }
      case 'mute': {
        const { crowd, client, id } = this.#one(this.#live);
        return crowd.mute(client, id, this.#random() < 0.5);
      }
      case 'stop': {
        const live = this.#one(this.#live);
        this.#forget(live);
        await live.crowd.stop(live.client, live.id, live.stream);
        return live.crowd.leave(live.client);
      }
      case 'leave': {
        const live = this.#one(this.#live);
        this.#forget(live);
        return live.crowd.leave(live.client);
      }
      default:
        return this.#killClients();
    }
  }

  async #join(stream, published, how) {
    const crowd = this.#one(this.#crowds);
    const client = await crowd.connect(this.#server.wsUrl);
    const asked = now();
    const id = published ? await crowd.publish(client, stream, how) : await crowd.play(client, stream, how);
    const live = { crowd, client, id, stream, published, asked, began: false };
    this.#live.push(live);
    const answered = this.#answer(live, how).finally(() => this.#asking.delete(live));
    this.#asking.set(live, answered);
  }

  async #answer(live, how) {
    const { crowd, id, published, asked } = live;
    const ended = (event) => event.id === id && event.status === 'FAILED';
    const began = (event) => event.id === id && (published ? event.status === 'PUBLISHING' : event.media);
    const event = await crowd.wait((one) => began(one) || ended(one), patience);
    if (!event) {
      // One that has been stopped before is told nothing more that counts.
      if (this.#live.includes(live))
        this.#complain(`${published ? 'publish' : 'play'}: no answer in ${patience} ms`);
      return;
    }
    // A transcode starts an ffmpeg first: no time of the server's.
    if (!ended(event)) {
      live.began = true;
      if (!how.width) this.#joins[published ? 'publish' : 'play'].push(event.at - asked);
      const failed = await crowd.wait((one) => ended(one) || !this.#live.includes(live), 0);
      if (!failed) this.#watch(live);
      return;
    }
    this.#failed(live, event);
  }

  /** One that lives is told when it has failed. */
  async #watch(live) {
    while (this.#live.includes(live) && live.crowd.alive) {
      const event = await live.crowd.wait((one) => one.id === live.id && one.status === 'FAILED', 5000);
      if (event) return this.#failed(live, event);
    }
  }

  #failed(live, event) {
    if (!this.#live.includes(live)) return;
    this.#forget(live);
    const killed = event.at - this.#killedAt < aftermath;
    // Its publisher may have gone while it asked.
    const orphaned = !live.published && !this.#published.some(({ stream }) => stream === live.stream);
    const late = orphaned && ['Session does not exist', 'Publish stream is not ready'].includes(event.info);
    if (!late && !explained(event, killed)) this.#complain(`FAILED: ${event.info}`);
    live.crowd.leave(live.client).catch(() => {});
  }

  #forget(live) {
    const index = this.#live.indexOf(live);
    if (index >= 0) this.#live.splice(index, 1);
  }

  async #killClients() {
    const index = Math.floor(this.#random() * this.#crowds.length);
    const gone = this.#crowds[index];
    this.#live = this.#live.filter(({ crowd }) => crowd !== gone);
    process.kill(gone.pid, 'SIGKILL');
    await gone.close();
    this.#crowds[index] = await Crowd.start(this.#clip);
    await sleep(0);
  }

  #complain(text) {
    if (this.wrong.length < 50) this.wrong.push(text);
  }
}

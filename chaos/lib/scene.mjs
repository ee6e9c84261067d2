// A server, those who use it, and those who come anew.
import { execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { census, emptied } from './census.mjs';
import { Crowd, now } from './crowd.mjs';
import { Server } from './server.mjs';

/** Longer than any time-out of the server's, ms. */
const patience = 40_000;
const longestLinger = 60_000;
/** Between two tries of a client that was refused, ms. */
const again = 50;
/** Bystanders that came to the cast's media process, until one is given up. */
const mostTries = 6;

/** @typedef {import('./check.mjs').Party & { plays: boolean }} Party */

let streams = 0;

export class Scene {
  /** Those that are there all the time, beside the fault. @type {Party[]} */
  bystanders = [];
  /** Those that the fault is for. @type {Party[]} */
  cast = [];
  /** All who have come. @type {{ crowd: Crowd, client: string }[]} */
  #clients = [];
  /** @type {import('./census.mjs').Census} */
  baseline;
  /** What it takes to publish and be played without a fault, ms. */
  usual = 0;
  /** What starting the server took, ms: a process that is started again may take as long. */
  startTime = 0;
  /** What the clients of `served` were told before they were served. @type {string[]} */
  refusals = [];
  /** @type {Promise<number> | null} */
  #probing = null;

  /** Made by `open`. */
  constructor(server, clip, flags) {
    this.server = server;
    this.clip = clip;
    this.flags = flags;
  }

  /** Starts everything, uses it once, and counts. @param {string} clip @param {Record<string, string>} flags */
  static async open(clip, flags) {
    const startedAt = now();
    const scene = new Scene(await Server.start({ flags }), clip, flags);
    scene.startTime = now() - startedAt;
    [scene.crowd, scene.others, scene.probes] = await Promise.all([1, 2, 3].map(() => Crowd.start(clip)));
    await scene.settle();
    return scene;
  }

  /** Whether it can be used once more. */
  get intact() {
    return this.server.alive;
  }

  /** Uses what there is once, and takes that for what is usual. */
  async settle() {
    // Of an ffmpeg that hangs there is no smaller picture.
    await this.join({ record: true, transcode: !this.flags['transcoding-ffmpeg'] });
    const { crowd, client, stream } = this.cast[0];
    await crowd.snapshot(client, stream);
    await crowd.wait((event) => event.snapshot !== undefined, patience);
    await this.leave();
    const times = [await this.served(now()), await this.served(now()), await this.served(now())];
    this.usual = times.toSorted((a, b) => a - b)[1];
    const left = await emptied(this.server, longestLinger);
    if (Object.keys(left).length > 0) throw new Error(`not empty before any fault: ${JSON.stringify(left)}`);
    this.baseline = await census(this.server);
  }

  /** Starts a server again where one was killed, with its folder and its ports. */
  async restart() {
    const { home } = this.server;
    this.server = await Server.start({ flags: this.flags, home });
  }

  /** @returns {Promise<Party>} once its media flows */
  async publish(crowd, stream, how = {}) {
    const client = await this.#connect(crowd);
    const id = await crowd.publish(client, stream, how);
    const event = await crowd.status(id, ['PUBLISHING', 'FAILED'], patience);
    if (event?.status !== 'PUBLISHING') throw new Error(`could not publish: ${event?.info}`);
    return { crowd, client, id, stream, plays: false };
  }

  /** @returns {Promise<Party>} once its media flows */
  async play(crowd, stream, how = {}) {
    const party = await this.ask(crowd, stream, how);
    const event = await crowd.wait(
      ({ id, media, status }) => id === party.id && (media || status === 'FAILED'),
      patience,
    );
    if (!event?.media) throw new Error(`could not play: ${event?.info}`);
    return party;
  }

  /** @returns {Promise<Party>} that has asked to play */
  async ask(crowd, stream, how = {}) {
    const client = await this.#connect(crowd);
    return { crowd, client, id: await crowd.play(client, stream, how), stream, plays: true };
  }

  /** Those of the fault: a publisher, two players, one of a smaller picture; and bystanders. */
  async join({ record = false, transcode = false, bystanders = false } = {}) {
    const stream = `stream-${++streams}`;
    const { crowd, others } = this;
    this.cast = [await this.publish(crowd, stream, { record })];
    this.cast.push(await this.play(crowd, stream), await this.play(crowd, stream));
    if (transcode) this.cast.push(await this.play(crowd, stream, { width: 160, height: 90 }));
    if (bystanders) await this.#joinBeside(others);
  }

  /** In another media process than the cast, where there are several: the one with most room is not always another. */
  async #joinBeside(others) {
    const here = this.mediaOf(this.cast[0]);
    const most = this.server.mediaPorts.length > 1 ? mostTries : 0;
    const same = [];
    let publisher = await this.publish(others, `beside-${++streams}`);
    while (this.mediaOf(publisher) === here && same.length < most) {
      same.push(publisher);
      publisher = await this.publish(others, `beside-${++streams}`);
    }
    await Promise.all(same.map(({ client }) => others.leave(client)));
    this.bystanders = [publisher, await this.play(others, publisher.stream)];
  }

  async #connect(crowd) {
    const client = await crowd.connect(this.server.wsUrl);
    this.#clients.push({ crowd, client });
    return client;
  }

  /** Everybody leaves. */
  async leave() {
    await Promise.all(this.#clients.map(({ crowd, client }) => crowd.leave(client).catch(() => {})));
    this.#clients = [];
    this.cast = [];
    this.bystanders = [];
    for (const crowd of [this.crowd, this.others, this.probes]) crowd.told.length = 0;
  }

  /** Clients in place of those that were killed. */
  async replaceCrowd() {
    await this.crowd.close();
    this.crowd = await Crowd.start(this.clip);
  }

  /** The fault is over: from now on new clients are to be served. */
  over() {
    this.#probing = this.served(now());
  }

  /** @returns {Promise<number>} ms from `over`, or from now, until new clients were served */
  async servedAgain() {
    const probing = this.#probing ?? this.served(now());
    this.#probing = null;
    return probing;
  }

  /**
   * New clients publish and play, and ask again when they are refused.
   *
   * @param {number} since ms, when it should be possible
   * @returns {Promise<number>} ms until the first packet; Infinity when it never came
   */
  async served(since) {
    const deadline = since + patience;
    this.refusals = [];
    const note = (what) => {
      this.refusals.push(`${what} after ${Math.round(now() - since)} ms`);
      return null;
    };
    while (now() < deadline) {
      const stream = `probe-${++streams}`;
      const client = await this.probes.connect(this.server.wsUrl).catch((error) => note(error.message));
      if (client) {
        const came = await this.#tryOnce(client, stream, deadline).catch((error) => ({
          info: error.message,
        }));
        await this.probes.leave(client).catch(() => {});
        if (came.media) return came.at - since;
        note(came.info ?? 'no answer');
      }
      await sleep(again);
    }
    return Number.POSITIVE_INFINITY;
  }

  /** @returns {Promise<Partial<import('./crowd.mjs').Told>>} the first packet, or what came instead */
  async #tryOnce(client, stream, deadline) {
    const { probes } = this;
    const up = await probes.publish(client, stream);
    const began = await probes.status(up, ['PUBLISHING', 'FAILED'], deadline - now());
    if (began?.status !== 'PUBLISHING') return began ?? {};
    const down = await probes.play(client, stream);
    const event = await probes.wait(
      ({ id, media, status }) => id === down && (media || status === 'FAILED'),
      deadline - now(),
    );
    return event ?? {};
  }

  /** The media process that carries a media session. @param {Party} party */
  mediaOf({ crowd, id }) {
    const port = crowd.told.find((event) => event.id === id && event.answered)?.port;
    const line = execFileSync('ss', ['-Hlunp', `sport = :${port}`], { encoding: 'utf8' });
    return Number(/pid=(\d+)/.exec(line)?.[1]);
  }

  async close() {
    await Promise.all([this.crowd, this.others, this.probes].map((crowd) => crowd?.close()));
    await this.server.stop();
    this.server.remove();
  }
}

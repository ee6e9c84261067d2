// Server, link emulator, page server and browsers, for as long as something is measured.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PeerProcess } from '../lib/peer-process.mjs';
import { Server } from '../lib/server.mjs';
import { makeCamera, video } from './camera.mjs';
import { Client, launchChromium } from './client.mjs';
import { DirectClient } from './direct.mjs';
import { mediaTarget, through, withoutCandidates } from './direct-sdp.mjs';
import { startPages } from './pages.mjs';

const callTimeout = 10_000;
/** How long a browser's estimate may take to grow, ms; a link that is too narrow would stop it. */
const rampUpTime = 30_000;

export class Stage {
  /** What to do in the end, the last first. @type {(() => unknown)[]} */
  #closing = [];
  #fail;
  #failed = new Promise((_, reject) => {
    this.#fail = reject;
  });
  #streams = 0;
  #relayPort = 0;

  /**
   * Sets everything up, lets `use` do its work, and ends everything whatever came of it.
   *
   * @template T
   * @param {import('./options.mjs').Options} options
   * @param {(stage: Stage) => Promise<T>} use
   * @returns {Promise<T>}
   */
  static async with(options, use) {
    const stage = new Stage();
    stage.#failed.catch(() => {});
    try {
      await stage.#open(options);
      return await Promise.race([use(stage), stage.#failed, stage.server.failed]);
    } catch (error) {
      throw new Error(`${error.message}\nThe end of the server's log:\n${stage.server?.log ?? ''}`);
    } finally {
      for (const close of stage.#closing.reverse()) await close();
    }
  }

  async #open({ server, seed }) {
    this.emulator = new PeerProcess('link.mjs');
    this.#closing.push(() => this.emulator.close());
    this.emulator.once('failed', this.#fail);
    const { port } = await this.link('listen', { seed });
    this.#relayPort = port;
    this.server = await Server.start(server, { announce: `127.0.0.1:${port}` });
    this.#closing.push(() => this.server.stop());
    await this.link('serve', { port: this.server.mediaPorts[0] });
    const pages = await startPages(this.server.httpUrl);
    this.#closing.push(() => pages.close());
    this.pageUrl = pages.url;
    const folder = await mkdtemp(join(tmpdir(), 'sluice-quality-'));
    this.#closing.push(() => rm(folder, { recursive: true, force: true }));
    const camera = join(folder, 'camera.y4m');
    await makeCamera(camera);
    this.publishing = await launchChromium(camera);
    this.#closing.push(() => this.publishing.close());
    this.viewing = await launchChromium();
    this.#closing.push(() => this.viewing.close());
  }

  /** Calls the link emulator: the methods of bench/peers/link.mjs. */
  link(method, params = {}) {
    return this.emulator.call(method, params, callTimeout);
  }

  /**
   * A publisher behind a link of its own, once it sends what it may.
   *
   * @param {number} bitrate that its encoder may use, bit/s
   * @param {import('../link/relay.mjs').LinkProfile} profile
   */
  async publish(bitrate, profile) {
    await this.link('open', { name: 'publisher', profile });
    const client = await Client.open(this.publishing, this.pageUrl);
    await client.connect(this.server.wsUrl);
    this.#streams++;
    await client.publish(this.stream, video, bitrate);
    await rampUp(client, bitrate);
    return client;
  }

  /**
   * A viewer of the newest stream behind a link of its own.
   *
   * @param {import('../link/relay.mjs').LinkProfile} profile
   * @param {{ recovery?: boolean }} [options]
   * @returns {Promise<{ client: Client, firstFrame: number }>} ms to its first picture
   */
  async play(profile, options) {
    await this.link('open', { name: 'viewer', profile });
    const client = await Client.open(this.viewing, this.pageUrl);
    await client.connect(this.server.wsUrl, options);
    return { client, firstFrame: await client.play(this.stream) };
  }

  /**
   * A publisher, once it sends what it may, and its viewer with nothing but the publisher's link between them. A link for
   * the viewer is there too, so that all scenarios give the same figures, but nothing goes over it.
   *
   * @param {number} bitrate that the encoder may use, bit/s
   * @param {import('../link/relay.mjs').LinkProfile} profile
   * @returns {Promise<{ publisher: DirectClient, viewer: DirectClient, firstFrame: number | null }>} ms to the viewer's
   *   first picture
   */
  async connect(bitrate, profile) {
    const publisher = await DirectClient.open(this.publishing, this.pageUrl);
    const viewer = await DirectClient.open(this.viewing, this.pageUrl);
    const offer = await publisher.offer({ audio: true, video });
    const answer = await viewer.answer(withoutCandidates(offer));
    await this.link('open', { name: 'viewer', profile: { up: {}, down: {} } });
    await this.link('open', { name: 'publisher', profile, target: mediaTarget(answer) });
    await publisher.accept(through(answer, this.#relayPort));
    await publisher.allow(bitrate);
    const firstFrame = await viewer.firstFrame();
    await rampUp(publisher, bitrate);
    return { publisher, viewer, firstFrame };
  }

  get stream() {
    return `quality-${this.#streams}`;
  }
}

/** Waits until the encoder may use nine tenths of the bitrate. */
async function rampUp(client, bitrate) {
  const deadline = performance.now() + rampUpTime;
  while (performance.now() < deadline) {
    const { outbound } = await client.stats();
    if (outbound?.targetBitrate >= 0.9 * bitrate) return;
    await sleep(500);
  }
  console.log(`  the publisher does not reach ${bitrate / 1e6} Mbit/s: is the machine too busy?`);
}

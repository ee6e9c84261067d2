// Chromium, and one page of it with a session of the Web SDK and one stream.
import { chromium } from 'playwright-core';

const flags = [
  '--no-sandbox',
  '--use-fake-ui-for-media-stream',
  '--use-fake-device-for-media-stream',
  '--autoplay-policy=no-user-gesture-required',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
  '--no-first-run',
];
const key = 'stream';
const startTimeout = 30_000;
const firstFrameTimeout = 15_000;

/** @param {string} [camera] a Y4M file that the fake camera shows in a loop */
export function launchChromium(camera) {
  const more = camera ? [`--use-file-for-fake-video-capture=${camera}`] : [];
  const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
  return chromium.launch({ executablePath, args: [...flags, ...more] });
}

/** A page of its own profile. */
export class Client {
  #page;

  /** Made by `open`. */
  constructor(page) {
    this.#page = page;
  }

  /**
   * @param {import('playwright-core').Browser} browser
   * @param {string} pageUrl
   * @param {string} wsUrl
   * @param {{ recovery?: boolean }} [options] without recovery: offers without NACK and PLI
   */
  static async open(browser, pageUrl, wsUrl, { recovery = true } = {}) {
    const client = new Client(await (await browser.newContext()).newPage());
    await client.#page.goto(pageUrl);
    if (!recovery) await client.#call('probe.switchRecoveryOff');
    const statuses = await client.#call('driver.connect', wsUrl);
    if (!statuses.includes('ESTABLISHED')) throw new Error(`a session is ${statuses.join(', ')}`);
    return client;
  }

  /**
   * Publishes the camera and waits until the server says PUBLISHING.
   *
   * @param {string} name
   * @param {{ width: number, height: number, frameRate: number }} video
   * @param {number} bitrate that the encoder may use, bit/s
   */
  async publish(name, video, bitrate) {
    await this.#call('driver.publish', key, { name, constraints: { audio: true, video } });
    await this.#reach('PUBLISHING');
    await this.#call('probe.allow', bitrate);
  }

  /**
   * Plays a stream and waits for its first picture.
   *
   * @param {string} name
   * @returns {Promise<number | null>} ms from play() to the first picture; null: there is none
   */
  async play(name) {
    await this.#call('driver.play', key, { name });
    await this.#call('probe.watchPictures');
    return this.#call('driver.firstFrame', key, firstFrameTimeout).catch(() => null);
  }

  /** The video statistics, see page/probe.js. */
  stats() {
    return this.#call('probe.stats');
  }

  /** @returns {Promise<number[]>} when pictures were shown, ms on the clock of `stats().time` */
  shown() {
    return this.#call('probe.shown');
  }

  /** Stops the stream properly, so that the server forgets it, and closes the page. */
  async close() {
    await this.#call('driver.stop', key).catch(() => {});
    await this.#page.context().close();
  }

  async #reach(status) {
    const wanted = [status, 'FAILED', 'STOPPED', 'UNPUBLISHED'];
    const record = await this.#call('driver.wait', key, wanted, startTimeout);
    if (record.status !== status)
      throw new Error(`a stream is ${record.status} (${record.info}), not ${status}`);
  }

  #call(method, ...args) {
    const list = args.map((arg) => JSON.stringify(arg)).join(', ');
    return this.#page.evaluate(`Promise.resolve(${method}(${list})).then((value) => value ?? null)`);
  }
}

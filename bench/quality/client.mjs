// Chromium, and one page of it with a session of the Web SDK and one stream.
import { chromium } from 'playwright-core';
import { ProbedPage } from './probed-page.mjs';

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

/** A page with a session. */
export class Client extends ProbedPage {
  /**
   * @param {string} wsUrl
   * @param {{ recovery?: boolean, init?: object }} [options] without recovery: offers without NACK and PLI; `init`: of
   *   Flashphoner.init
   */
  async connect(wsUrl, { recovery = true, init = {} } = {}) {
    if (!recovery) await this.call('probe.switchRecoveryOff');
    const statuses = await this.call('driver.connect', wsUrl, { init });
    if (!statuses.includes('ESTABLISHED')) throw new Error(`a session is ${statuses.join(', ')}`);
  }

  /**
   * Publishes the camera and waits until the server says PUBLISHING.
   *
   * @param {string} name
   * @param {{ width: number, height: number, frameRate: number }} video
   * @param {number} bitrate that the encoder may use, bit/s
   * @param {object} [options] more of createStream's
   */
  async publish(name, video, bitrate, options = {}) {
    await this.call('driver.publish', key, { name, constraints: { audio: true, video }, ...options });
    await this.#reach('PUBLISHING');
    await this.allow(bitrate);
  }

  /**
   * Plays a stream and waits for its first picture.
   *
   * @param {string} name
   * @param {object} [options] more of createStream's
   * @returns {Promise<number | null>} ms from play() to the first picture; null: there is none
   */
  async play(name, options = {}) {
    await this.call('driver.play', key, { name, ...options });
    await this.call('probe.watchPictures');
    return this.call('driver.firstFrame', key, firstFrameTimeout).catch(() => null);
  }

  /** Stops the stream properly, so that the server forgets it, and closes the page. */
  async close() {
    await this.call('driver.stop', key).catch(() => {});
    await super.close();
  }

  async #reach(status) {
    const wanted = [status, 'FAILED', 'STOPPED', 'UNPUBLISHED'];
    const record = await this.call('driver.wait', key, wanted, startTimeout);
    if (record.status !== status)
      throw new Error(`a stream is ${record.status} (${record.info}), not ${status}`);
  }
}

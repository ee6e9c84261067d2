import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { SdkPage, StreamOptions } from '../support/browser/sdk-page.js';
import type { Browser } from '../support/browser/tab.js';
import { makeNoisyCamera } from '../support/camera.js';
import { Stage, showServerOnFailure } from '../support/stage.js';

/** Long enough for an encoder to have found its rate. */
const SETTLE_MS = 10_000;
const WINDOW_SECONDS = 6;

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const camera = (limits: object = {}) => ({
  constraints: { audio: true, video: { width: 640, height: 360, ...limits } },
});

/**
 * Lets a page ask for limits that its SDK knows nothing of, kbit/s: so the SDK edits no answer and sets no parameters,
 * and what holds is the server's doing.
 */
const asking = (limits: object) => `(() => {
  const send = WebSocket.prototype.send;
  WebSocket.prototype.send = function (text) {
    const message = JSON.parse(text);
    if (message.message === 'publishStream') Object.assign(message.data[0], ${JSON.stringify(limits)});
    send.call(this, JSON.stringify(message));
  };
})()`;

/** Takes every limit out of the answer: what holds then is REMB. */
const WITHOUT_LIMITS_IN_SDP = `(() => {
  const setRemote = RTCPeerConnection.prototype.setRemoteDescription;
  RTCPeerConnection.prototype.setRemoteDescription = function ({ type, sdp }) {
    return setRemote.call(this, { type, sdp: sdp.replace(/^b=.*\\r\\n/gm, '').replace(/x-google-[^;\\r]*;?/g, '') });
  };
})()`;

/** What a publisher sends once it has settled, bit/s. */
async function settledBitrate(page: SdkPage, name: string, options: StreamOptions): Promise<number> {
  const stream = await page.publishing(name, options);
  await pause(SETTLE_MS);
  const bitrate = await stream.meanBitrate('outbound', WINDOW_SECONDS);
  await stream.stop();
  await stream.waitFor('UNPUBLISHED');
  return bitrate;
}

function expectNear(bitrate: number, wanted: number): void {
  expect(bitrate).toBeGreaterThan(wanted * 0.8);
  expect(bitrate).toBeLessThan(wanted * 1.2);
}

describe('the bitrate of Chromium with a noisy picture', () => {
  let stage: Stage | undefined;
  let browser: Browser;
  let folder: string;
  let publisher: SdkPage;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sluice-camera-'));
    stage = await Stage.open();
    const picture = join(folder, 'noise.mjpeg');
    await makeNoisyCamera(picture, 640, 360);
    browser = await stage.launchChromium({ camera: picture });
  });

  afterAll(async () => {
    await stage?.close();
    await rm(folder, { recursive: true, force: true });
  });

  beforeEach(async () => {
    publisher = await stage!.connect(browser);
  });

  afterEach(() => publisher?.close());

  showServerOnFailure(() => stage?.server);

  it('exceeds 1 Mbit/s within 12 s when nothing limits it', async () => {
    const player = await stage!.connect(browser);
    const published = await publisher.publishing('free', camera());
    const played = await player.playing('free');
    const [sent, received] = await Promise.all([
      published.reachBitrate('outbound', 1_000_000, 12_000),
      played.reachBitrate('inbound', 1_000_000, 12_000),
    ]);
    await player.close();
    expect(sent.bitsPerSecond, JSON.stringify({ sent, received })).toBeGreaterThan(1_000_000);
    expect(received.bitsPerSecond, JSON.stringify({ sent, received })).toBeGreaterThan(1_000_000);
  });

  it.each([
    ['H.264', ''],
    ['VP8', 'H264'],
  ])('keeps to maxBitrate, asked for through the SDK, in %s', async (_, stripCodecs) => {
    const options = { ...camera({ bitrate: 250, minBitrate: 100, maxBitrate: 300 }), stripCodecs };
    expectNear(await settledBitrate(publisher, `sdk-${stripCodecs}`, options), 300_000);
  });

  it('keeps to maxBitrate by the server’s means alone', async () => {
    await publisher.tab.evaluate(asking({ maxBitrate: 300 }));
    expectNear(await settledBitrate(publisher, 'server', camera()), 300_000);
  });

  it('keeps to maxBitrate by REMB alone, beside transport-wide feedback', async () => {
    await publisher.tab.evaluate(asking({ maxBitrate: 300 }));
    await publisher.tab.evaluate(WITHOUT_LIMITS_IN_SDP);
    expectNear(await settledBitrate(publisher, 'remb', camera()), 300_000);
  });
});

describe('the bitrate of Firefox', () => {
  let stage: Stage | undefined;
  let browser: Browser;

  beforeAll(async () => {
    stage = await Stage.open({ inNamespace: true });
    browser = await stage.launchFirefox();
  });

  afterAll(() => stage?.close());

  showServerOnFailure(() => stage?.server);

  /** What a page of its own sends once it has settled. */
  async function bitrateOf(name: string, options: StreamOptions, ...preparations: string[]): Promise<number> {
    const publisher = await stage!.connect(browser);
    try {
      for (const preparation of preparations) await publisher.tab.evaluate(preparation);
      return await settledBitrate(publisher, name, options);
    } finally {
      await publisher.close();
    }
  }

  it('keeps to maxBitrate, by the SDK, by the answer, and by REMB alone', async () => {
    const free = await bitrateOf('free', camera());
    const half = Math.round(free / 2000);
    const limits = { bitrate: half, minBitrate: 30, maxBitrate: half };
    expectNear(await bitrateOf('sdk', camera(limits)), free / 2);
    expectNear(await bitrateOf('answer', camera(), asking({ maxBitrate: half })), free / 2);
    // The fake camera is so modest that the room REMB leaves for audio counts: so half of the half.
    const least = [asking({ maxBitrate: half / 2 }), WITHOUT_LIMITS_IN_SDP];
    expect(await bitrateOf('remb', camera(), ...least)).toBeLessThan(0.75 * free);
  }, 120_000);
});

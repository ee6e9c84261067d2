import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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

/** What a page of its own sends once it has settled, after `preparations` have run in it; bit/s. */
async function bitrateOf(
  stage: Stage,
  browser: Browser,
  name: string,
  options: StreamOptions,
  ...preparations: string[]
): Promise<number> {
  const publisher = await stage.connect(browser);
  try {
    for (const preparation of preparations) await publisher.tab.evaluate(preparation);
    return await settledBitrate(publisher, name, options);
  } finally {
    await publisher.close();
  }
}

function expectNear(bitrate: number, wanted: number, told?: string): void {
  // A busy machine makes less of a picture: only far too little would be the server's doing.
  expect(bitrate, told).toBeGreaterThan(wanted * 0.5);
  expect(bitrate, told).toBeLessThan(wanted * 1.2);
}

let stage: Stage | undefined;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sluice-camera-'));
  const camera = join(folder, 'noise.mjpeg');
  await makeNoisyCamera(camera, 640, 360);
  stage = await Stage.open({ inNamespace: true, chromium: { camera }, firefox: true });
});

afterAll(async () => {
  await stage?.close();
  await rm(folder, { recursive: true, force: true });
});

showServerOnFailure(() => stage?.server);

describe('the bitrate of Chromium with a noisy picture', () => {
  it('exceeds 1 Mbit/s within 12 s when nothing limits it', async () => {
    const [publisher, player] = [
      await stage!.connect(stage!.chromium),
      await stage!.connect(stage!.chromium),
    ];
    const published = await publisher.publishing('free', camera());
    const played = await player.playing('free');
    const [sent, received] = await Promise.all([
      published.reachBitrate('outbound', 1_000_000, 12_000),
      played.reachBitrate('inbound', 1_000_000, 12_000),
    ]);
    await Promise.all([publisher.close(), player.close()]);
    expect(sent.bitsPerSecond, JSON.stringify({ sent, received })).toBeGreaterThan(1_000_000);
    expect(received.bitsPerSecond, JSON.stringify({ sent, received })).toBeGreaterThan(1_000_000);
  });
});

describe('the bitrate', () => {
  it('of Chromium with a noisy picture keeps to maxBitrate: by the SDK in H.264 and in VP8, by the server’s means alone, and by REMB alone', async () => {
    const sdk = camera({ bitrate: 250, minBitrate: 100, maxBitrate: 300 });
    const byServer = asking({ maxBitrate: 300 });
    const bitrates = await Promise.all([
      bitrateOf(stage!, stage!.chromium, 'sdk-h264', sdk),
      bitrateOf(stage!, stage!.chromium, 'sdk-vp8', { ...sdk, stripCodecs: 'H264' }),
      bitrateOf(stage!, stage!.chromium, 'server', camera(), byServer),
      bitrateOf(stage!, stage!.chromium, 'remb', camera(), byServer, WITHOUT_LIMITS_IN_SDP),
    ]);
    for (const bitrate of bitrates) expectNear(bitrate, 300_000, bitrates.join(', '));
  });

  it('of Firefox keeps to maxBitrate, by the SDK, by the answer, and by REMB alone', async () => {
    const free = await bitrateOf(stage!, stage!.firefox, 'free', camera());
    const half = Math.round(free / 2000);
    const limits = { bitrate: half, minBitrate: 30, maxBitrate: half };
    // The fake camera is so modest that the room REMB leaves for audio counts: so half of the half.
    const least = [asking({ maxBitrate: half / 2 }), WITHOUT_LIMITS_IN_SDP];
    const [sdk, answer, remb] = await Promise.all([
      bitrateOf(stage!, stage!.firefox, 'sdk', camera(limits)),
      bitrateOf(stage!, stage!.firefox, 'answer', camera(), asking({ maxBitrate: half })),
      bitrateOf(stage!, stage!.firefox, 'remb', camera(), ...least),
    ]);
    expectNear(sdk, free / 2);
    expectNear(answer, free / 2);
    // By REMB alone, Firefox goes no lower than some 150 kbit/s.
    expect(remb).toBeLessThan(0.85 * free);
  }, 120_000);
});

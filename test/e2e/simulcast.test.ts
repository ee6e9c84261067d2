import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RawEncodingStats, RawPublisher } from '../support/browser/raw-publisher.js';
import type { SdkStream, StreamStats } from '../support/browser/sdk-page.js';
import type { Browser } from '../support/browser/tab.js';
import { LimitedRelay } from '../support/limited-relay.js';
import { freeMediaPorts } from '../support/ports.js';
import { Stage, showServerOnFailure } from '../support/stage.js';

const ENCODINGS = [
  { rid: 'q', scaleResolutionDownBy: 4, maxBitrate: 150_000 },
  { rid: 'h', scaleResolutionDownBy: 2, maxBitrate: 500_000 },
  { rid: 'f', maxBitrate: 1_500_000 },
];
/** Encoders begin small and take up larger encodings with their bandwidth estimate. */
const ALL_SENT_MS = 40_000;

const wanting = (width: number, height: number) => ({
  constraints: { audio: false, video: { width, height } },
});
const VIDEO = { constraints: { audio: false, video: true } };

function expectSmooth(samples: readonly StreamStats[]): void {
  const frames = samples.map(({ inbound }) => inbound.video?.framesDecoded ?? 0);
  for (const [index, count] of frames.slice(1).entries())
    expect(count - frames[index]!, frames.join()).toBeGreaterThan(5);
  const [first, last] = [samples[0]!.inbound.video!, samples.at(-1)!.inbound.video!];
  expect((last.freezeCount ?? 0) - (first.freezeCount ?? 0)).toBeLessThanOrEqual(1);
}

describe('layers', () => {
  let stage: Stage | undefined;
  let relay: LimitedRelay | undefined;
  let limitedStage: Stage | undefined;
  let browser: Browser;

  beforeAll(async () => {
    stage = await Stage.open();
    browser = await stage.launchChromium();
  });

  afterAll(async () => {
    await stage?.close();
    relay?.close();
    await limitedStage?.close();
  });

  showServerOnFailure(() => (limitedStage ?? stage)?.server);

  it.each([
    'VP8',
    'H264',
  ])('of simulcast with %s: each player gets the size it asks for, and the best otherwise', async (codec) => {
    const name = `simulcast-${codec}`;
    const publisher = await RawPublisher.open(browser, stage!.pagesUrl, stage!.server.wsUrl, name, {
      codec,
      encodings: ENCODINGS,
    });
    expect(publisher.answer).toContain('a=simulcast:recv q;h;f');
    const sent = await publisher.reachWidths([320, 640, 1280], ALL_SENT_MS);
    expect(sent.map(({ rid }) => rid).sort()).toEqual(['f', 'h', 'q']);
    const player = await stage!.connect(browser);
    const low = await player.playing(name, wanting(320, 180));
    const middle = await player.playing(name, wanting(400, 200));
    const full = await player.playing(name, VIDEO);
    const streams: readonly [SdkStream, number][] = [
      [low, 320],
      [middle, 640],
      [full, 1280],
    ];
    for (const [stream, width] of streams)
      expect((await stream.reachWidth(width, 5000)).width, await line(publisher)).toBe(width);
    for (const [stream, width] of streams) {
      const samples = await stream.sample(5);
      expectSmooth(samples);
      expect(samples.map(({ videoWidth }) => videoWidth)).toEqual(samples.map(() => width));
    }
    await Promise.all([player.close(), publisher.close()]);
  }, 120_000);

  it.each([
    'L3T3_KEY',
    'L3T3',
    'L1T3',
  ])('of VP9 with %s: plays, as large as asked for', async (scalabilityMode) => {
    const name = `vp9-${scalabilityMode}`;
    const publisher = await RawPublisher.open(browser, stage!.pagesUrl, stage!.server.wsUrl, name, {
      codec: 'VP9',
      encodings: [{ scalabilityMode }],
    });
    await publisher.reachWidths([1280], ALL_SENT_MS);
    const player = await stage!.connect(browser);
    const full = await player.playing(name, VIDEO);
    expect((await full.reachWidth(1280, 15_000)).width, await line(publisher)).toBe(1280);
    expectSmooth(await full.sample(5));
    if (scalabilityMode !== 'L1T3') {
      const low = await player.playing(name, wanting(320, 180));
      expect((await low.reachWidth(320, 15_000)).width, await line(publisher)).toBe(320);
      expectSmooth(await low.sample(5));
    }
    await Promise.all([player.close(), publisher.close()]);
  }, 120_000);

  it('of simulcast: a player whose path narrows goes down, and up again when it widens, without a break', async () => {
    const port = await freeMediaPorts(1);
    limitedStage = await Stage.open({ announce: `127.0.0.1:${port}` });
    const { wsUrl, ready } = limitedStage.server;
    relay = await LimitedRelay.open(port, ready.mediaPorts[0]!);
    const chromium = await limitedStage.launchChromium();
    const publisher = await RawPublisher.open(chromium, limitedStage.pagesUrl, wsUrl, 'limited', {
      codec: 'VP8',
      encodings: ENCODINGS,
    });
    await publisher.reachWidths([320, 640, 1280], ALL_SENT_MS);
    const player = await limitedStage.connect(chromium);
    const played = await player.playing('limited', VIDEO);
    expect((await played.reachWidth(1280, 10_000)).width).toBe(1280);
    await played.sample(6);
    relay.rate = 400_000;
    const narrowed = await played.sample(20);
    const story = `${widths(narrowed)}; ${await line(publisher)}`;
    expect(narrowed.at(-1)!.videoWidth, story).toBeLessThan(1280);
    const frames = narrowed.slice(-8).map(({ inbound }) => inbound.video!.framesDecoded!);
    expect(frames.at(-1)! - frames[0]!, story).toBeGreaterThan(30);
    relay.rate = Number.POSITIVE_INFINITY;
    expect((await played.reachWidth(1280, 90_000)).width, story).toBe(1280);
    expectSmooth(await played.sample(4));
  }, 240_000);
});

function widths(samples: readonly StreamStats[]): string {
  return samples
    .map(({ videoWidth, inbound }) => `${videoWidth} (${inbound.video?.framesDecoded})`)
    .join(' ');
}

async function line(publisher: RawPublisher): Promise<string> {
  const all: readonly RawEncodingStats[] = await publisher.stats();
  return JSON.stringify(all);
}

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RawEncodingStats, RawPublisher } from '../support/browser/raw-publisher.js';
import type { SdkStream } from '../support/browser/sdk-page.js';
import type { Browser } from '../support/browser/tab.js';
import { expectGrowth } from '../support/core-case.js';
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

/** Pictures come every second of 3. How smoothly is up to the publisher's encoders, which share the machine. */
async function expectFlowing(...streams: readonly SdkStream[]): Promise<void> {
  for (const samples of await Promise.all(streams.map((stream) => stream.sample(3))))
    expectGrowth('video frames', samples, ({ inbound }) => inbound.video?.framesDecoded);
}

describe('layers', () => {
  let stage: Stage | undefined;
  let browser: Browser;

  beforeAll(async () => {
    stage = await Stage.open({ chromium: {} });
    browser = stage.chromium;
  });

  afterAll(() => stage?.close());

  showServerOnFailure(() => stage?.server);

  it('of simulcast: each player gets the size it asks for, and the best otherwise', async () => {
    const name = 'simulcast';
    const publisher = await RawPublisher.open(browser, stage!.pagesUrl, stage!.server.wsUrl, name, {
      codec: 'VP8',
      encodings: ENCODINGS,
    });
    expect(publisher.answer).toContain('a=simulcast:recv q;h;f');
    const sent = await publisher.reachWidths([320, 640, 1280], ALL_SENT_MS);
    expect(sent.map(({ rid }) => rid).sort()).toEqual(['f', 'h', 'q']);
    // Each encoding has retransmissions of its own, all under one payload type.
    expect(publisher.answer).toMatch(/^a=extmap:\d+ \S+:repaired-rtp-stream-id\r$/m);
    expect(new Set(sent.map(({ rtxSsrc }) => rtxSsrc)).add(0).size).toBe(4);
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
      expect((await stream.reachWidth(width, 15_000)).width, await line(publisher)).toBe(width);
    await expectFlowing(...streams.map(([stream]) => stream));
    await Promise.all([player.close(), publisher.close()]);
  }, 120_000);

  it.each(['L3T3_KEY', 'L1T3'])('of VP9 with %s: plays, as large as asked for', async (scalabilityMode) => {
    const name = `vp9-${scalabilityMode}`;
    const publisher = await RawPublisher.open(browser, stage!.pagesUrl, stage!.server.wsUrl, name, {
      codec: 'VP9',
      encodings: [{ scalabilityMode }],
      startBitrate: 2500,
    });
    await publisher.reachWidths([1280], ALL_SENT_MS);
    const player = await stage!.connect(browser);
    const full = await player.playing(name, VIDEO);
    expect((await full.reachWidth(1280, 15_000)).width, await line(publisher)).toBe(1280);
    const streams = [full];
    if (scalabilityMode !== 'L1T3') {
      const low = await player.playing(name, wanting(320, 180));
      expect((await low.reachWidth(320, 15_000)).width, await line(publisher)).toBe(320);
      streams.push(low);
    }
    await expectFlowing(...streams);
    await Promise.all([player.close(), publisher.close()]);
  }, 120_000);
});

async function line(publisher: RawPublisher): Promise<string> {
  const all: readonly RawEncodingStats[] = await publisher.stats();
  return JSON.stringify(all);
}

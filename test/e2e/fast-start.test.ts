import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SdkPage, SdkStream } from '../support/browser/sdk-page.js';
import { readClock, showClock, shownFrames } from '../support/browser/time-code.js';
import { CAMERA_640 } from '../support/core-case.js';
import { Stage, showServerOnFailure } from '../support/stage.js';

const FIRST_FRAME_MS = 1000;
/** From DTLS, as the browser knows of it, to a frame that can be shown. */
const AFTER_CONNECTED_MS = 400;
const LIVE_DELAY_MS = 300;

let stage: Stage | undefined;

beforeAll(async () => {
  stage = await Stage.open({ chromium: {} });
});

afterAll(() => stage?.close());

showServerOnFailure(() => stage?.server);

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

describe.each(['H264', 'VP8'])('a player that joins a stream of %s in Chromium', (codec) => {
  const pages: SdkPage[] = [];
  /** A player from the beginning: what freezes for it, too, is the machine's doing. */
  let witness: SdkStream;
  /** When the last player joined, for whom there may have been a key frame. */
  let lastJoined: number;

  beforeAll(async () => {
    for (const _of of ['publisher', 'witness']) pages.push(await stage!.connect(stage!.chromium));
    const [publisher, watching] = pages as [SdkPage, SdkPage];
    await showClock(publisher.tab);
    const strip = codec === 'VP8' ? { stripCodecs: 'H264' } : {};
    await publisher.publishing('clock', { ...CAMERA_640, ...strip });
    witness = await watching.playing('clock');
    await witness.firstFrame();
    expect((await witness.reachWidth(640, 10_000)).width).toBe(640);
    lastJoined = performance.now();
  });

  afterAll(() => Promise.all(pages.map((page) => page.close())));

  /** Plays for 6 s; what was seen of it. */
  async function watch(player: SdkPage) {
    const freezesBefore = (await witness.stats()).inbound.video?.freezeCount ?? 0;
    const played = await player.play('clock');
    lastJoined = performance.now();
    const firstFrameMs = await played.firstFrame();
    await sleep(6000);
    const stats = await played.stats();
    const witnessed = ((await witness.stats()).inbound.video?.freezeCount ?? 0) - freezesBefore;
    const frames = await shownFrames(player.tab);
    const later = frames.filter(({ at }) => at > 3000);
    const video = stats.inbound.video!;
    return {
      firstFrameMs,
      afterConnected: firstFrameMs - stats.connectedMs!,
      firstDelays: frames.slice(0, 12).map(({ at, delay }) => [Math.round(at), delay]),
      delay: median(later.map(({ delay }) => delay)),
      frames: later.length,
      freezes: video.freezeCount ?? Number.NaN,
      witnessed,
      codec: video.codec,
    };
  }

  function expectQuickAndLive(seen: Awaited<ReturnType<typeof watch>>) {
    const text = JSON.stringify(seen);
    expect(seen.codec, text).toBe(`video/${codec}`);
    expect(seen.firstFrameMs, text).toBeLessThan(FIRST_FRAME_MS);
    expect(seen.afterConnected, text).toBeLessThan(AFTER_CONNECTED_MS);
    expect(seen.frames, text).toBeGreaterThan(30);
    expect(seen.delay, text).toBeLessThan(LIVE_DELAY_MS);
    expect(seen.freezes, text).toBeLessThanOrEqual(seen.witnessed);
  }

  // Where the stream begins, codecs do not differ: one will do.
  if (codec === 'H264')
    it('5 s after the publisher started is quick, live and smooth', async () => {
      const player = await stage!.connect(stage!.chromium);
      await readClock(player.tab);
      await sleep(Math.max(0, lastJoined + 5000 - performance.now()));
      expectQuickAndLive(await watch(player));
      await player.close();
    });

  it('begins with the past, catches up, and is quick, live and smooth', async () => {
    const [other, player] = [await stage!.connect(stage!.chromium), await stage!.connect(stage!.chromium)];
    await readClock(player.tab);
    // When the key frames so far have grown too old: this player makes the publisher send another.
    await sleep(Math.max(0, lastJoined + 4000 - performance.now()));
    await (await other.playing('clock')).firstFrame();
    await sleep(1000);
    const seen = await watch(player);
    expect(seen.firstDelays[0]?.[1], JSON.stringify(seen)).toBeGreaterThan(500);
    expectQuickAndLive(seen);
    await Promise.all([other.close(), player.close()]);
  });
});

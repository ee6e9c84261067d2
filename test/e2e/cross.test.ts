import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser } from '../support/browser/tab.js';
import { CAMERA_640, expectGrowth, expectPublishAndPlay } from '../support/core-case.js';
import { Stage, showServerOnFailure } from '../support/stage.js';

describe('Chromium and Firefox together', () => {
  let stage: Stage | undefined;
  let chromium: Browser;
  let firefox: Browser;

  beforeAll(async () => {
    stage = await Stage.open({ inNamespace: true });
    chromium = await stage.launchChromium();
    firefox = await stage.launchFirefox();
  });

  afterAll(() => stage?.close());

  showServerOnFailure(() => stage?.server);

  it('Firefox plays what Chromium publishes as VP8', async () => {
    const [publisher, player] = [await stage!.connect(chromium), await stage!.connect(firefox)];
    await expectPublishAndPlay(publisher, player, 'to-firefox', 'video/VP8', { stripCodecs: 'H264' });
  }, 90_000);

  it('Chromium plays what Firefox publishes', async () => {
    const [publisher, player] = [await stage!.connect(firefox), await stage!.connect(chromium)];
    await expectPublishAndPlay(publisher, player, 'to-chromium', 'video/VP8');
  }, 90_000);

  it('Firefox without H.264 still hears what Chromium publishes as H.264', async () => {
    const [publisher, player] = [await stage!.connect(chromium), await stage!.connect(firefox)];
    const published = await publisher.publishing('to-firefox-h264', CAMERA_640);
    const played = await player.playing('to-firefox-h264');
    expectGrowth('audio packets', await played.sample(3), ({ inbound }) => inbound.audio?.packetsReceived);
    expect((await published.stats()).outbound.video!.codec).toBe('video/H264');
    expect((await played.stats()).inbound.video?.framesDecoded ?? 0).toBe(0);
  });
});

import { describe, expect, it } from 'vitest';
import type { SdkPage } from '../support/browser/sdk-page.js';
import {
  expectClosedPageTold,
  expectGrowth,
  expectPublishAndPlay,
  expectStopTold,
} from '../support/core-case.js';
import { type Pages, useStage, withPages } from '../support/pair.js';

/** Chromium offers everything: what the server would rather have is stripped. */
const VP8 = { codec: 'video/VP8', publishOptions: { stripCodecs: 'H264' } };
const VP9 = { codec: 'video/VP9', publishOptions: { stripCodecs: 'H264,VP8' } };
const AV1 = { codec: 'video/AV1', publishOptions: { stripCodecs: 'H264,VP8,VP9' } };

/** As an application does that wants redundant audio. */
const RANK_RED_FIRST = `(() => {
  const { createOffer } = RTCPeerConnection.prototype;
  RTCPeerConnection.prototype.createOffer = function (...args) {
    const { codecs } = RTCRtpSender.getCapabilities('audio');
    const isRed = ({ mimeType }) => mimeType === 'audio/red';
    for (const transceiver of this.getTransceivers()) {
      if (transceiver.sender.track?.kind !== 'audio') continue;
      transceiver.setCodecPreferences([...codecs.filter(isRed), ...codecs.filter((codec) => !isRed(codec))]);
    }
    return createOffer.apply(this, args);
  };
})()`;

const stage = useStage({ inNamespace: true, chromium: {}, firefox: true });

describe('Firefox with the real Web SDK', () => {
  const pages = (use: (pages: Pages) => Promise<void>) => () => withPages(stage(), stage().firefox, use);

  it.concurrent('tells publisher and player when the publisher stops', pages(expectStopTold));

  it.concurrent('tells players within 5 s when the publisher closes its page', pages(expectClosedPageTold));
});

/** Each browser writes and reads every codec: what one makes, the other plays. */
describe('Chromium and Firefox together', () => {
  /** A test with a page of Chromium and one of Firefox, for each way. */
  const bothWays = (use: (toFirefox: Pages, fromFirefox: Pages) => Promise<void>) => () => {
    const { chromium, firefox } = stage();
    return withPages(
      stage(),
      chromium,
      (toFirefox) => withPages(stage(), firefox, (fromFirefox) => use(toFirefox, fromFirefox), chromium),
      firefox,
    );
  };

  // Firefox takes a while to make VP8 as large as it was asked to: both of its streams at the same time.
  it(
    'play the VP8 of each other, and Firefox that of Firefox',
    bothWays((toFirefox, fromFirefox) =>
      withPages(stage(), stage().firefox, (within) =>
        expectPublishAndPlay(
          { ...within, name: 'core-firefox', codec: 'video/VP8' },
          { ...toFirefox, ...VP8, name: 'to-firefox' },
          { ...fromFirefox, name: 'from-firefox', codec: 'video/VP8' },
        ),
      ),
    ),
    120_000,
  );

  it.each([
    ['VP9', VP9],
    ['AV1', AV1],
  ])(
    'play the %s of each other',
    (name, codec) =>
      bothWays((toFirefox, fromFirefox) =>
        expectPublishAndPlay(
          { ...toFirefox, ...codec, name: `to-firefox-${name}` },
          { ...fromFirefox, ...codec, name: `from-firefox-${name}` },
        ),
      )(),
    120_000,
  );

  it('Opus with redundancy, where Chromium ranks it first, reaches Chromium so and Firefox without', async () => {
    const { chromium, firefox } = stage();
    const pages = await Promise.all([chromium, chromium, firefox].map((browser) => stage().connect(browser)));
    const [publisher, ...players] = pages as [SdkPage, ...SdkPage[]];
    await publisher.tab.evaluate(RANK_RED_FIRST);
    const audio = { constraints: { audio: true, video: false } };
    await publisher.publishing('redundant', audio);
    const played = await Promise.all(players.map((page) => page.playing('redundant', audio)));
    const samples = await Promise.all(played.map((stream) => stream.sample(3)));
    const sizes = samples.map((each) => {
      expectGrowth('audio packets', each, ({ inbound }) => inbound.audio?.packetsReceived);
      const { codec, bytes, packetsReceived, concealedSamples, totalSamplesReceived } =
        each.at(-1)!.inbound.audio!;
      // Browsers name the codec inside; what they cannot decode they conceal, all of it.
      expect(codec).toBe('audio/opus');
      expect(totalSamplesReceived).toBeGreaterThan(48_000);
      expect(concealedSamples! / totalSamplesReceived!).toBeLessThan(0.2);
      return bytes / packetsReceived!;
    });
    expect(sizes[0]! / sizes[1]!).toBeGreaterThan(1.7);
    await Promise.all(pages.map((page) => page.close()));
  }, 60_000);

  it('a player without the published codec gets the picture in one that it has', () =>
    withPages(stage(), stage().chromium, async ({ publisher, player }) => {
      const small = { constraints: { audio: false, video: { width: 320, height: 180 } } };
      const published = await publisher.publishing('codec-alone', { ...small, stripCodecs: 'H264,VP8' });
      const played = await player.play('codec-alone', { ...small, stripCodecs: 'VP9' });
      await played.waitFor('PLAYING');
      await played.firstFrame();
      expect((await played.stats()).inbound.video!.codec).toBe('video/H264');
      expect((await published.stats()).outbound.video!.codec).toBe('video/VP9');
    }));
});

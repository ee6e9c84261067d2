import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SdkPage } from '../support/browser/sdk-page.js';
import type { Browser } from '../support/browser/tab.js';
import { expectGrowth, expectPublishAndPlay } from '../support/core-case.js';
import { usePair } from '../support/pair.js';
import { Stage, showServerOnFailure } from '../support/stage.js';

/** Chromium offers everything: what the server would rather have is stripped. */
const STRIPPED = [
  ['VP9', 'H264,VP8'],
  ['AV1', 'H264,VP8,VP9'],
] as const;

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

describe('a codec that is lacking', () => {
  const pair = usePair((stage) => stage.launchChromium());

  it('a player without the published codec gets the picture in one that it has', async () => {
    const small = { constraints: { audio: false, video: { width: 320, height: 180 } } };
    const published = await pair.publisher.publishing('codec-alone', { ...small, stripCodecs: 'H264,VP8' });
    const played = await pair.player.play('codec-alone', { ...small, stripCodecs: 'VP9' });
    await played.waitFor('PLAYING');
    await played.firstFrame();
    expect((await played.stats()).inbound.video!.codec).toBe('video/H264');
    expect((await published.stats()).outbound.video!.codec).toBe('video/VP9');
  });
});

/** Each browser writes and reads both: what one makes, the other plays. */
describe('codecs beyond H.264 and VP8, between Chromium and Firefox', () => {
  let stage: Stage | undefined;
  let firefox: Browser;
  let chromium: Browser;

  beforeAll(async () => {
    stage = await Stage.open({ inNamespace: true });
    [firefox, chromium] = [await stage.launchFirefox(), await stage.launchChromium()];
  });

  afterAll(() => stage?.close());

  showServerOnFailure(() => stage?.server);

  it('Opus with redundancy, where Chromium ranks it first, reaches Chromium so and Firefox without', async () => {
    const pages = await Promise.all([chromium, chromium, firefox].map((browser) => stage!.connect(browser)));
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

  it.each(STRIPPED)(
    'Firefox plays %s of Chromium',
    async (codec, stripCodecs) => {
      const [publisher, player] = [await stage!.connect(chromium), await stage!.connect(firefox)];
      await expectPublishAndPlay(publisher, player, `to-firefox-${codec}`, `video/${codec}`, { stripCodecs });
    },
    90_000,
  );

  it.each(STRIPPED)(
    'Chromium plays %s of Firefox',
    async (codec, stripCodecs) => {
      const [publisher, player] = [await stage!.connect(firefox), await stage!.connect(chromium)];
      await expectPublishAndPlay(publisher, player, `from-firefox-${codec}`, `video/${codec}`, {
        stripCodecs,
      });
    },
    90_000,
  );
});

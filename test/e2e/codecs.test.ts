import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser } from '../support/browser/tab.js';
import { expectPublishAndPlay } from '../support/core-case.js';
import { usePair } from '../support/pair.js';
import { Stage, showServerOnFailure } from '../support/stage.js';

/** Chromium offers everything: what the server would rather have is stripped. */
const STRIPPED = [
  ['VP9', 'H264,VP8'],
  ['AV1', 'H264,VP8,VP9'],
] as const;

describe('codecs beyond H.264 and VP8', () => {
  const pair = usePair((stage) => stage.launchChromium());

  it.each(STRIPPED)(
    'Chromium publishes and plays %s',
    async (codec, stripCodecs) => {
      await expectPublishAndPlay(pair.publisher, pair.player, `codec-${codec}`, `video/${codec}`, {
        stripCodecs,
      });
    },
    90_000,
  );

  it('a player without the published codec is refused, and told why', async () => {
    const audio = { constraints: { audio: false, video: true } };
    const published = await pair.publisher.publishing('codec-alone', { ...audio, stripCodecs: 'H264,VP8' });
    const played = await pair.player.play('codec-alone', { ...audio, stripCodecs: 'VP9' });
    expect((await played.waitFor('FAILED')).info).toBe('No common codecs');
    expect((await published.stats()).outbound.video!.codec).toBe('video/VP9');
  });
});

describe('codecs of Firefox', () => {
  let stage: Stage | undefined;
  let firefox: Browser;
  let chromium: Browser;

  beforeAll(async () => {
    stage = await Stage.open({ inNamespace: true });
    [firefox, chromium] = [await stage.launchFirefox(), await stage.launchChromium()];
  });

  afterAll(() => stage?.close());

  showServerOnFailure(() => stage?.server);

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

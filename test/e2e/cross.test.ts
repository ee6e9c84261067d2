import { afterAll, beforeAll, describe, it } from 'vitest';
import type { Browser } from '../support/browser/tab.js';
import { expectPublishAndPlay } from '../support/core-case.js';
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
});

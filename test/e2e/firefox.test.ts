import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { SdkPage } from '../support/browser/sdk-page.js';
import type { Browser } from '../support/browser/tab.js';
import { CAMERA_640, expectPublishAndPlay } from '../support/core-case.js';
import { Stage, showServerOnFailure } from '../support/stage.js';

describe('Firefox with the real Web SDK', () => {
  let stage: Stage | undefined;
  let browser: Browser;
  let publisher: SdkPage;
  let player: SdkPage;

  beforeAll(async () => {
    stage = await Stage.open({ inNamespace: true });
    browser = await stage.launchFirefox();
  });

  afterAll(() => stage?.close());

  beforeEach(async () => {
    publisher = await stage!.connect(browser);
    player = await stage!.connect(browser);
  });

  afterEach(() => Promise.all([publisher?.close(), player?.close()]));

  showServerOnFailure(() => stage?.server);

  it('publishes and plays', async () => {
    await expectPublishAndPlay(publisher, player, 'core-firefox', 'video/VP8');
  }, 90_000);

  it('tells publisher and player when the publisher stops', async () => {
    const published = await publisher.publishing('unpublished', CAMERA_640);
    const played = await player.playing('unpublished');
    await published.stop();
    expect((await published.waitFor('UNPUBLISHED')).info).toBe('Stopped by publisher stop');
    expect((await played.waitFor('FAILED')).info).toBe('Stopped by publisher stop');
  });

  it('tells players within 5 s when the publisher closes its page', async () => {
    await publisher.publishing('page-closed', CAMERA_640);
    const played = await player.playing('page-closed');
    await publisher.close();
    expect((await played.waitFor('FAILED', 5000)).info).toBe('Stopped by publisher stop');
  });
});

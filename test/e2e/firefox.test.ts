import { describe, expect, it } from 'vitest';
import { CAMERA_640, expectPublishAndPlay } from '../support/core-case.js';
import { usePair } from '../support/pair.js';

describe('Firefox with the real Web SDK', () => {
  const pair = usePair((stage) => stage.launchFirefox(), { inNamespace: true });

  it('publishes and plays', async () => {
    await expectPublishAndPlay(pair.publisher, pair.player, 'core-firefox', 'video/VP8');
  }, 90_000);

  it('tells publisher and player when the publisher stops', async () => {
    const published = await pair.publisher.publishing('unpublished', CAMERA_640);
    const played = await pair.player.playing('unpublished');
    await published.stop();
    expect((await published.waitFor('UNPUBLISHED')).info).toBe('Stopped by publisher stop');
    expect((await played.waitFor('FAILED')).info).toBe('Stopped by publisher stop');
  });

  it('tells players within 5 s when the publisher closes its page', async () => {
    await pair.publisher.publishing('page-closed', CAMERA_640);
    const played = await pair.player.playing('page-closed');
    await pair.publisher.close();
    expect((await played.waitFor('FAILED', 5000)).info).toBe('Stopped by publisher stop');
  });
});

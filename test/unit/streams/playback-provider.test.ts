import { describe, expect, it } from 'vitest';
import type { MediaListener, Playback, PlaybackProvider, Publication } from '../../../src/streams/index.js';
import { makeService, makeSession, playRequest, publishRequest } from './support.js';

/** A provider under the test's control: `settle` answers for it. */
class FakeProvider implements PlaybackProvider {
  playback: Playback | null = null;
  publication: Publication | null = null;
  listener: MediaListener | null = null;
  settle: (answer: string | null) => void = () => {};
  fail: (error: Error) => void = () => {};

  open(playback: Playback, publication: Publication, listener: MediaListener): Promise<string | null> {
    Object.assign(this, { playback, publication, listener });
    return new Promise((resolve, reject) => {
      this.settle = resolve;
      this.fail = reject;
    });
  }
}

async function setUp() {
  const made = makeService();
  const publisher = makeSession();
  await made.service.publish(publisher, publishRequest());
  made.plane.last().listener.onStarted();
  const provider = new FakeProvider();
  made.service.provide('MSE', provider);
  made.log.length = 0;
  const viewer = makeSession();
  const play = (fields: object = {}) =>
    made.service.play(viewer, playRequest({ mediaProvider: 'MSE', ...fields }));
  /** What carries its media, counting how often it is closed. */
  const carrier = () => {
    const media = {
      closed: 0,
      close() {
        media.closed += 1;
      },
    };
    return media;
  };
  return { ...made, publisher, viewer, provider, play, carrier };
}

/** Until the provider was asked. */
async function asked(provider: FakeProvider): Promise<Playback> {
  while (!provider.playback) await Promise.resolve();
  return provider.playback;
}

describe('a way to play other than WebRTC', () => {
  it('plays: answer, PLAYING with the size that is known, STOPPED, and what carries it is closed once', async () => {
    const { service, plane, log, provider, play, viewer, carrier } = await setUp();
    plane.last().listener.onVideoSize(640, 360);
    log.length = 0;
    const playing = play();
    const playback = await asked(provider);
    const media = carrier();
    playback.attach(media);
    provider.settle('an answer');
    await playing;
    provider.listener?.onStarted();
    service.stop(viewer, 'play-1');
    expect(log).toEqual([
      'play-1 answer',
      'play-1 PLAYING',
      'play-1 640x360',
      'play-1 STOPPED (Stopped by user)',
    ]);
    expect(media.closed).toBe(1);
    expect(provider.publication?.players.size).toBe(0);
    // The media plane was asked for the publisher alone.
    expect(plane.asked).toBe(1);
  });

  it('leaves players that want WebRTC, or what nobody provides, to the media plane', async () => {
    const { provider, plane, play } = await setUp();
    await play({ mediaProvider: 'WebRTC' });
    await play({ mediaProvider: 'Flash', mediaSessionId: 'play-2' });
    expect(provider.playback).toBeNull();
    expect(plane.asked).toBe(3);
  });

  it.each([
    ['rejects', (provider: FakeProvider) => provider.fail(new Error('broken'))],
    [
      'ends it',
      (provider: FakeProvider) => {
        provider.playback?.end('FAILED', 'Failed by internal error');
        provider.settle(null);
      },
    ],
  ])('fails the player alone where the provider %s', async (_what, act) => {
    const { log, provider, play, publisher } = await setUp();
    const playing = play();
    await asked(provider);
    act(provider);
    await playing;
    expect(log).toHaveLength(1);
    expect(log[0]).toMatch(/^play-1 FAILED/);
    expect(publisher.mediaSessions.size).toBe(1);
  });

  it('fails the player where the provider throws at once', async () => {
    const { service, log, play } = await setUp();
    service.provide('MSE', {
      open: () => {
        throw new Error('broken');
      },
    });
    await play();
    expect(log).toHaveLength(1);
    expect(log[0]).toMatch(/^play-1 FAILED/);
  });

  it.each([
    ['the player stops', 'play-1 STOPPED (Stopped by user)'],
    ['the publisher stops', 'play-1 FAILED (Stopped by publisher stop)'],
    ['its socket closes', 'play-1 FAILED (Stopped by session disconnect)'],
    ['the server stops', 'play-1 FAILED (Requested stream shutdown)'],
  ])('says nothing more of a player that has ended while it was opened: %s', async (what, status) => {
    const { service, log, provider, play, viewer, publisher, carrier } = await setUp();
    const playing = play();
    const playback = await asked(provider);
    if (what === 'the player stops') service.stop(viewer, 'play-1');
    else if (what === 'the publisher stops') service.unpublish(publisher, 'pub-1');
    else if (what === 'the server stops') service.shutdown();
    else service.closeSession(viewer);
    // All that may still come of it.
    const media = carrier();
    playback.attach(media);
    provider.listener?.onStarted();
    provider.listener?.onVideoSize(1, 1);
    provider.listener?.onFailed('media-process');
    provider.settle('an answer that comes too late');
    await playing;
    expect(log.filter((line) => line.startsWith('play-1'))).toEqual([status]);
    expect(media.closed).toBe(1);
    expect(viewer.mediaSessions.size).toBe(0);
    expect(provider.publication?.players.size).toBe(0);
  });

  it('can be stopped, and its id used again, where the provider never answers', async () => {
    const { service, log, provider, play, viewer } = await setUp();
    void play();
    await asked(provider);
    service.stop(viewer, 'play-1');
    const again = new FakeProvider();
    service.provide('MSE', again);
    const playing = play();
    await asked(again);
    again.settle('an answer');
    await playing;
    expect(log).toEqual(['play-1 STOPPED (Stopped by user)', 'play-1 answer']);
  });

  it('ends with its publisher, what carries it too', async () => {
    const { service, log, provider, play, publisher, carrier } = await setUp();
    const playing = play();
    const media = carrier();
    (await asked(provider)).attach(media);
    provider.settle('an answer');
    await playing;
    provider.listener?.onStarted();
    service.unpublish(publisher, 'pub-1');
    expect(log.slice(2)).toEqual([
      'pub-1 UNPUBLISHED (Stopped by publisher stop)',
      'play-1 FAILED (Stopped by publisher stop)',
    ]);
    expect(media.closed).toBe(1);
  });

  it('fails where what carries it fails', async () => {
    const { log, provider, play, carrier } = await setUp();
    const playing = play();
    const media = carrier();
    (await asked(provider)).attach(media);
    provider.settle('an answer');
    await playing;
    provider.listener?.onFailed('media-process');
    provider.listener?.onFailed('media-process');
    expect(log.slice(1)).toHaveLength(1);
    expect(media.closed).toBe(1);
  });
});

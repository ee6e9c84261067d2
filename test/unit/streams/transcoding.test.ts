import { describe, expect, it } from 'vitest';
import {
  type DerivedListener,
  type DerivedStream,
  type TranscodeWish,
  type Transcoding,
  TranscodingRefused,
} from '../../../src/streams/index.js';
import { FakeEndpoint, makeService, makeSession, playRequest, publishRequest } from './support.js';

/** Streams made of others, under the test's control. */
class FakeTranscoding implements Transcoding {
  codecs: ('H264' | 'VP8')[] = ['H264', 'VP8'];
  readonly wishes: TranscodeWish[] = [];
  readonly listeners: DerivedListener[] = [];
  readonly endpoint = new FakeEndpoint([], [], undefined as never, null);
  closed = 0;
  error: Error | null = null;
  gate: Promise<void> = Promise.resolve();

  async videoCodecs() {
    return this.codecs;
  }

  async derive(
    { tracks }: Parameters<Transcoding['derive']>[0],
    wish: TranscodeWish,
    listener: DerivedListener,
  ): Promise<DerivedStream> {
    this.wishes.push(wish);
    this.listeners.push(listener);
    await this.gate;
    if (this.error) throw this.error;
    const close = () => {
      this.closed += 1;
    };
    return { endpoint: this.endpoint, tracks, close };
  }
}

/** A stream that is published, and a player of it that asks for a size. */
async function stage(fields: object = { width: 320 }) {
  const transcoding = new FakeTranscoding();
  const { service, plane, log } = makeService({ transcoding });
  const owner = makeSession();
  const session = makeSession();
  await service.publish(owner, publishRequest());
  const published = plane.last();
  published.listener.onStarted();
  published.listener.onVideoSize(640, 360);
  log.length = 0;
  const play = () => service.play(session, playRequest(fields));
  return { transcoding, service, plane, log, owner, session, published, play };
}

describe('a player of a stream that is made for it', () => {
  it('gets it in a codec that can be made here', async () => {
    const { transcoding, play } = await stage();
    transcoding.codecs = ['VP8'];
    await play();
    expect(transcoding.wishes).toMatchObject([{ video: { codec: 'VP8', width: 320 } }]);
  });

  it('is a viewer of that, is told of its size, and ends its use with itself', async () => {
    const { transcoding, service, plane, log, session, published, play } = await stage();
    await play();
    expect(transcoding.wishes).toMatchObject([{ video: { width: 320, height: 0 }, audio: null }]);
    const viewer = plane.last();
    expect(viewer.publisher).toBe(transcoding.endpoint);
    transcoding.listeners[0]!.onVideoSize(320, 180);
    viewer.listener.onStarted();
    // The size of what it does not see does not concern it.
    published.listener.onVideoSize(1280, 720);
    transcoding.listeners[0]!.onVideoSize(320, 240);
    expect(log).toEqual([
      'play-1 answer',
      'play-1 PLAYING',
      'play-1 320x180',
      'pub-1 1280x720',
      'play-1 320x240',
    ]);
    service.stop(session, 'play-1');
    expect([viewer.closed, transcoding.closed]).toEqual([1, 1]);
  });

  it('fails with the reason why there is none', async () => {
    for (const info of ['Transcoding required, but disabled', 'No available transcoders'] as const) {
      const { transcoding, log, play } = await stage();
      transcoding.error = new TranscodingRefused(info);
      await play();
      expect(log).toEqual([`play-1 FAILED (${info})`]);
    }
    const { transcoding, log, play } = await stage();
    transcoding.error = new Error('whatever');
    await play();
    expect(log).toEqual(['play-1 FAILED (Failed by error)']);
  });

  it('fails with it', async () => {
    const { transcoding, plane, log, play } = await stage();
    await play();
    transcoding.listeners[0]!.onFailed();
    expect(log).toEqual(['play-1 answer', 'play-1 FAILED (Failed by error)']);
    expect([plane.last().closed, transcoding.closed]).toEqual([1, 1]);
  });

  it('that has left, or lost its publisher, before it was there lets go of it', async () => {
    for (const leave of ['stop', 'unpublish'] as const) {
      const { transcoding, service, plane, owner, session, play } = await stage();
      let open = () => {};
      transcoding.gate = new Promise((resolve) => {
        open = resolve;
      });
      const playing = play();
      await new Promise((resolve) => setImmediate(resolve));
      if (leave === 'stop') service.stop(session, 'play-1');
      else service.unpublish(owner, 'pub-1');
      open();
      await playing;
      expect([transcoding.closed, plane.endpoints.length]).toEqual([1, 1]);
    }
  });

  it('lets go of it when no media process takes the player', async () => {
    const { transcoding, plane, log, play } = await stage();
    plane.refuse = true;
    await play();
    expect(log).toEqual(['play-1 FAILED (Failed to add stream to proxy)']);
    expect(transcoding.closed).toBe(1);
  });

  it('has its own size refused when there is none such', async () => {
    const { transcoding, log, play } = await stage({ width: 10_000 });
    await play();
    expect(log).toEqual(['play-1 FAILED (Failed by error)']);
    expect(transcoding.wishes).toEqual([]);
  });
});

it('a player that wants nothing gets the published stream', async () => {
  const { transcoding, plane, published, play } = await stage({});
  await play();
  expect(transcoding.wishes).toEqual([]);
  expect(plane.last().publisher).toBe(published);
});

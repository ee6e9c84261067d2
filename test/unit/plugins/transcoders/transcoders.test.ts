import { describe, expect, it } from 'vitest';
import type { TrackDescription } from '../../../../src/media/index.js';
import { type TranscoderOrder, Transcoders } from '../../../../src/plugins/transcoders/index.js';
import {
  type DerivedListener,
  type TranscodeWish,
  type Transcoding,
  TranscodingRefused,
} from '../../../../src/streams/index.js';
import { StreamInfo } from '../../../../src/wire/index.js';
import { FakeEndpoint, makeService, makeSession, publishRequest } from '../../streams/support.js';

const order: TranscoderOrder = {
  uri: 'transcoder://t1',
  source: 'cam',
  name: 'small',
  codec: null,
  width: 320,
  height: 0,
  bitrate: 0,
  fps: 15,
  keyFrameInterval: 1,
};

/** A stream that is published, and transcoders of it whose media is the test's. */
async function stage() {
  const { service, plane, log } = makeService();
  const uses: { wish: TranscodeWish; listener: DerivedListener; closed: number; endpoint: FakeEndpoint }[] =
    [];
  const state = {
    codecs: ['H264', 'VP8'] as ('H264' | 'VP8')[],
    error: null as Error | null,
    gate: Promise.resolve(),
  };
  const transcoding: Transcoding = {
    videoCodecs: async () => state.codecs,
    derive: async ({ tracks }, wish, listener) => {
      await state.gate;
      if (state.error) throw state.error;
      const use = { wish, listener, closed: 0, endpoint: new FakeEndpoint([], [], undefined as never, null) };
      uses.push(use);
      const close = () => {
        use.closed += 1;
      };
      return { endpoint: use.endpoint, tracks: tracks as TrackDescription[], close };
    },
  };
  const transcoders = new Transcoders(service, transcoding);
  const owner = makeSession();
  await service.publish(owner, publishRequest());
  plane.last().listener.onStarted();
  const start = (changes: Partial<TranscoderOrder> = {}) => transcoders.start({ ...order, ...changes });
  const refusal = (changes: Partial<TranscoderOrder> = {}) =>
    start(changes).then(
      () => null,
      (error: { code: string }) => error.code,
    );
  return { service, owner, log, uses, state, transcoders, start, refusal };
}

describe('a transcoder', () => {
  it('makes a stream of another, for players of its name', async () => {
    const { service, uses, transcoders, start } = await stage();
    const view = await start();
    expect(view).toMatchObject({ ...order, codec: 'H264', status: 'PUBLISHING' });
    expect(transcoders.list()).toEqual([view]);
    expect(uses[0]!.wish).toMatchObject({
      video: { codec: 'H264', width: 320, height: 0, bitrate: 0, fps: 15, keyFrameInterval: 1 },
      audio: null,
    });
    const made = service.published('small');
    expect(made?.media).toBe(uses[0]!.endpoint);
    uses[0]!.listener.onVideoSize(320, 180);
    expect([made?.width, made?.height, made?.videoCodec]).toEqual([320, 180, 'H264']);
  });

  it('ends when it is told to, once, and its name and URI are free again', async () => {
    const { service, uses, transcoders, start } = await stage();
    await start();
    expect(transcoders.stop(order.uri)).toBe(true);
    expect(transcoders.stop(order.uri)).toBe(false);
    expect([uses[0]!.closed, service.published('small')]).toEqual([1, null]);
    await start();
    expect(transcoders.list()).toHaveLength(1);
    // As it does with everything that is published.
    service.shutdown();
    expect([transcoders.list(), uses[1]!.closed]).toEqual([[], 1]);
  });

  it('ends with its source, or when ffmpeg cannot do it after all', async () => {
    const { log, uses, transcoders, start } = await stage();
    await start();
    uses[0]!.listener.onFailed();
    expect([transcoders.list(), uses[0]!.closed]).toEqual([[], 1]);
    expect(log.at(-1)).toContain('FAILED (Stopped by publisher stop)');
  });

  it('is of the codec that is asked for, that of its source, or one that can be made', async () => {
    const { state, uses, start, refusal } = await stage();
    await start({ codec: 'VP8' });
    state.codecs = ['VP8'];
    await start({ uri: 'transcoder://t2', name: 'other' });
    expect(uses.map(({ wish }) => wish.video?.codec)).toEqual(['VP8', 'VP8']);
    const third = { uri: 'transcoder://t3', name: 'third' };
    expect(await refusal({ ...third, codec: 'H264' })).toBe('off');
    state.codecs = [];
    expect(await refusal(third)).toBe('off');
  });

  it('is refused where something of it cannot be had, and leaves nothing behind', async () => {
    const { service, state, transcoders, refusal } = await stage();
    expect(await refusal({ source: 'nobody' })).toBe('not-found');
    expect(await refusal({ width: 5 })).toBe('bad-order');
    expect(await refusal({ name: 'cam' })).toBe('in-use');
    expect(await refusal({ name: 'far-too-long-a-name' })).toBe('in-use');
    for (const [error, code] of [
      [new TranscodingRefused(StreamInfo.NO_AVAILABLE_TRANSCODERS), 'busy'],
      [new TranscodingRefused(StreamInfo.TRANSCODING_REQUIRED_BUT_DISABLED), 'off'],
      [new Error('no memory'), 'failed'],
    ] as const) {
      state.error = error;
      expect(await refusal()).toBe(code);
    }
    expect([transcoders.list(), service.published('small')]).toEqual([[], null]);
    state.error = null;
    expect(await refusal()).toBeNull();
    expect(await refusal({ name: 'other' })).toBe('in-use');
  });

  it('that is ended while it starts never comes to life', async () => {
    const { service, state, uses, transcoders, refusal } = await stage();
    let open = () => {};
    state.gate = new Promise((resolve) => {
      open = resolve;
    });
    const refused = refusal();
    await new Promise((resolve) => setImmediate(resolve));
    expect(transcoders.list()).toMatchObject([{ status: 'PENDING' }]);
    transcoders.stop(order.uri);
    open();
    expect(await refused).toBe('failed');
    expect([uses[0]!.closed, service.published('small')]).toEqual([1, null]);
  });
});

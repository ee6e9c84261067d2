import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  type Egress,
  EgressUnavailable,
  type OutputListener,
  type OutputRequest,
  StreamTranscoder,
} from '../../../src/egress/index.js';
import type { MediaListener, MediaPipes } from '../../../src/streams/index.js';
import { trackOf } from './transcode/source.js';

const silent = { onVideoSize: () => {}, onFailed: () => {} };
const video = { codec: 'VP8', width: 320, height: 0, bitrate: 0, quality: 0 } as const;
const wish = { video, audio: null };

function endpoint() {
  return {
    addresses: [],
    credentials: [],
    closed: 0,
    close() {
      this.closed += 1;
    },
  };
}

/** A transcoder over an egress process and media processes that the test plays. */
function bench(ffmpeg = true, encoders: readonly string[] = ['libx264', 'libvpx']) {
  const outputs: { request: OutputRequest; listener: OutputListener; closed: number }[] = [];
  const inlets: { endpoint: ReturnType<typeof endpoint>; listener: MediaListener }[] = [];
  const state = { error: null as Error | null };
  const egress = {
    ffmpeg: async () => (ffmpeg ? { encoders: new Set(encoders) } : null),
    port: async () => 4000,
    open: async (_: unknown, request: OutputRequest, listener: OutputListener) => {
      if (state.error) throw state.error;
      const output = { request, listener, closed: 0 };
      outputs.push(output);
      const close = () => {
        output.closed += 1;
      };
      return { close };
    },
  };
  const pipes = {
    inlet: async (_: unknown, __: unknown, ___: number, listener: MediaListener) => {
      const inlet = { endpoint: endpoint(), listener };
      inlets.push(inlet);
      return { tag: 7, port: 5000, endpoint: inlet.endpoint };
    },
  };
  const transcoder = new StreamTranscoder(egress as unknown as Egress, pipes as unknown as MediaPipes);
  const source = { endpoint: endpoint(), tracks: [trackOf('video', 'H264', 90_000)] };
  return { transcoder, source, outputs, inlets, state };
}

describe('streams made for players', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());
  const settle = () => vi.advanceTimersByTimeAsync(0);

  it('are one for all with the same wish, there once there is something to see', async () => {
    const { transcoder, source, outputs, inlets } = bench();
    const both = [transcoder.derive(source, wish, silent), transcoder.derive(source, { ...wish }, silent)];
    await settle();
    expect(outputs.length).toBe(1);
    expect(outputs[0]!.request).toMatchObject({ kind: 'transcode', tag: 7, port: 5000, audio: null });
    outputs[0]!.listener.onEvent({ type: 'transcoding' });
    const [first, second] = await Promise.all(both);
    expect(first!.endpoint).toBe(inlets[0]!.endpoint);
    expect(second!.tracks).toMatchObject([{ codec: { name: 'VP8' } }]);
    first!.close();
    first!.close();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(outputs[0]!.closed).toBe(0);
    second!.close();
    expect(outputs[0]!.closed).toBe(0);
    await vi.advanceTimersByTimeAsync(2000);
    expect([outputs[0]!.closed, inlets[0]!.endpoint.closed]).toEqual([1, 1]);
  });

  it('wait for the next player for a moment', async () => {
    const { transcoder, source, outputs } = bench();
    const deriving = transcoder.derive(source, wish, silent);
    await vi.advanceTimersByTimeAsync(3000);
    (await deriving).close();
    await vi.advanceTimersByTimeAsync(1900);
    const again = await transcoder.derive(source, wish, silent);
    await vi.advanceTimersByTimeAsync(60_000);
    expect([outputs.length, outputs[0]!.closed]).toEqual([1, 0]);
    again.close();
  });

  it('tell their size, also to those that come later, and their end', async () => {
    for (const way of ['output', 'inlet'] as const) {
      const { transcoder, source, outputs, inlets } = bench();
      const heard: string[] = [];
      const listener = (name: string) => ({
        onVideoSize: (width: number, height: number) => heard.push(`${name} ${width}x${height}`),
        onFailed: () => heard.push(`${name} failed`),
      });
      const first = transcoder.derive(source, wish, listener('first'));
      await settle();
      outputs[0]!.listener.onEvent({ type: 'videoSize', width: 320, height: 180 });
      outputs[0]!.listener.onEvent({ type: 'transcoding' });
      await first;
      const second = await transcoder.derive(source, wish, listener('second'));
      const third = await transcoder.derive(source, wish, listener('third'));
      third.close();
      if (way === 'output') outputs[0]!.listener.onClosed();
      else inlets[0]!.listener.onFailed('media-process');
      expect(heard).toEqual([
        'first 320x180',
        'second 320x180',
        'third 320x180',
        'first failed',
        'second failed',
      ]);
      second.close();
      // The next one is made anew.
      void transcoder.derive(source, wish, silent);
      await settle();
      expect(outputs.length).toBe(2);
    }
  });

  it('are of the codecs that ffmpeg has encoders for', async () => {
    expect(await bench().transcoder.videoCodecs()).toEqual(['H264', 'VP8']);
    expect(await bench(true, ['libvpx', 'aac']).transcoder.videoCodecs()).toEqual(['VP8']);
    expect(await bench(false).transcoder.videoCodecs()).toEqual([]);
  });

  it('are refused with what the egress process says', async () => {
    await expect(bench(false).transcoder.derive(bench().source, wish, silent)).rejects.toThrow(
      'Transcoding required, but disabled',
    );
    for (const [error, name] of [
      [new EgressUnavailable('No available transcoders'), 'TranscodingRefused'],
      [new EgressUnavailable('Transcoding required, but disabled'), 'TranscodingRefused'],
      [new EgressUnavailable('the stream has ended'), 'EgressUnavailable'],
    ] as const) {
      const { transcoder, source, state, inlets } = bench();
      state.error = error;
      await expect(transcoder.derive(source, wish, silent)).rejects.toMatchObject({
        name,
        message: error.message,
      });
      expect(inlets[0]!.endpoint.closed).toBe(1);
    }
  });

  it('that end before there is anything to see are none', async () => {
    const { transcoder, source, outputs } = bench();
    const deriving = transcoder.derive(source, wish, silent);
    const failed = expect(deriving).rejects.toThrow('has ended');
    await settle();
    outputs[0]!.listener.onClosed();
    await failed;
  });
});

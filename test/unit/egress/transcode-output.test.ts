import { describe, expect, it } from 'vitest';
import type { OutputHost } from '../../../src/egress/outputs/output.js';
import { TranscodeOutput, type TranscodeRequest } from '../../../src/egress/outputs/transcode-output.js';
import { NoTranscoder } from '../../../src/egress/transcode/no-transcoder.js';
import type { FrameListener, MediaFrame } from '../../../src/media/index.js';
import { FakeSource, trackOf, vp8KeyFrame } from './transcode/source.js';

const video = {
  kind: 'video',
  codec: 'VP8',
  width: 320,
  height: 0,
  bitrate: 0,
  keyFrameInterval: 2,
} as const;

function bench(profiles: Pick<TranscodeRequest, 'video' | 'audio'>, refuses = false) {
  const source = new FakeSource();
  const sent: string[] = [];
  const events: unknown[] = [];
  const state = { closed: 0, released: 0 };
  const made: { give: FrameListener; fail: (reason: string) => void }[] = [];
  const host = {
    intake: source,
    clock: () => 0,
    emit: (event: unknown) => events.push(event),
    derive: () => ({
      send: (place: number, { kind, time }: MediaFrame) => sent.push(`${place} ${kind} ${time}`),
      close: () => {
        state.closed += 1;
      },
    }),
    transcodes: {
      use: (_: unknown, __: unknown, give: FrameListener, fail: (reason: string) => void) => {
        if (refuses) throw new NoTranscoder('No available transcoders');
        made.push({ give, fail });
        const release = () => {
          state.released += 1;
        };
        return { configuration: null, release };
      },
    },
  } as unknown as OutputHost;
  const tracks = [trackOf('video', 'VP8', 90_000), trackOf('audio', 'PCMU', 8000)];
  const open = () =>
    new TranscodeOutput({ kind: 'transcode', tag: 7, port: 5000, tracks, ...profiles }, host);
  const frame = (fields: Partial<MediaFrame>): MediaFrame => ({
    kind: 'video',
    key: false,
    time: 0,
    timestamp: 0,
    data: Uint8Array.of(1),
    discontinuity: false,
    ...fields,
  });
  return { source, sent, events, state, made, open, frame };
}

describe('a stream in another form', () => {
  it('has what is made in the place of its track, and the rest as it is', () => {
    const { source, sent, events, made, open, frame } = bench({ video, audio: null });
    open();
    source.give({ time: 1000 });
    source.give({ kind: 'audio', key: true, time: 1010 });
    // The past does not count as reaching the present.
    made[0]!.give(frame({ key: true, time: 400, data: vp8KeyFrame(320, 180) }));
    expect(events).toEqual([{ type: 'videoSize', width: 320, height: 180 }]);
    made[0]!.give(frame({ time: 900 }));
    made[0]!.give(frame({ key: true, time: 1000, data: vp8KeyFrame(320, 180) }));
    made[0]!.give(frame({ key: true, time: 1100, data: vp8KeyFrame(320, 240) }));
    expect(sent).toEqual(['1 audio 1010', '0 video 400', '0 video 900', '0 video 1000', '0 video 1100']);
    expect(events.slice(1)).toEqual([
      { type: 'transcoding' },
      { type: 'videoSize', width: 320, height: 240 },
    ]);
  });

  it('has pictures that stay as they are from key frames on, also after a loss', () => {
    const { source, sent, open } = bench({ video: null, audio: { kind: 'audio', codec: 'PCMU' } });
    open();
    source.give({ time: 0 });
    source.give({ key: true, time: 33 });
    source.give({ time: 66 });
    source.give({ time: 132, discontinuity: true });
    source.give({ time: 165 });
    source.give({ key: true, time: 198, discontinuity: true });
    source.give({ time: 231 });
    expect(sent).toEqual([33, 66, 198, 231].map((time) => `0 video ${time}`));
    expect(source.keyFrameRequests).toBe(3);
  });

  it('is refused whole, and leaves nothing behind', () => {
    const { source, state, open } = bench({ video, audio: null }, true);
    expect(open).toThrow(new NoTranscoder('No available transcoders'));
    expect([source.listeners.size, state.closed]).toEqual([0, 1]);
  });

  it('ends with ffmpeg, once, and when it is closed', async () => {
    const failing = bench({ video, audio: { kind: 'audio', codec: 'PCMU' } });
    failing.open();
    failing.made[0]!.fail('killed by SIGSEGV');
    failing.made[1]!.fail('killed by SIGSEGV');
    expect(failing.events).toEqual([{ type: 'failed', reason: 'killed by SIGSEGV' }]);
    expect([failing.source.listeners.size, failing.state]).toEqual([0, { closed: 1, released: 2 }]);
    const closing = bench({ video, audio: null });
    await closing.open().close();
    expect([closing.source.listeners.size, closing.state]).toEqual([0, { closed: 1, released: 1 }]);
    expect(closing.events).toEqual([]);
  });
});

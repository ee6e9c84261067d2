import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openOutput } from '../../../../src/egress/outputs/open-output.js';
import type { OutputEvent, OutputHost, OutputRequest } from '../../../../src/egress/outputs/output.js';
import { NoTranscoder, NoTranscoderInfo } from '../../../../src/egress/transcode/no-transcoder.js';
import type { TranscodeProfile } from '../../../../src/egress/transcode/transcode-profile.js';
import type { FrameListener, MediaFrame } from '../../../../src/media/index.js';
import { hex } from '../../rtp/support.js';
import { frame, interFrame, keyFrame } from './h264-frames.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

interface Use {
  readonly profile: TranscodeProfile;
  readonly give: FrameListener;
  readonly fail: (reason: string) => void;
  released: number;
}

/** A stream of these codecs, and what outputs make of it. */
function makeHost(
  codecs: { audio?: string; video?: string },
  extensions: { id: number; uri: string }[] = [],
) {
  const uses: Use[] = [];
  const listeners = new Set<FrameListener>();
  const events: OutputEvent[] = [];
  const state = { refuse: '', keyFrames: 0, now: 0, ahead: [] as MediaFrame[] };
  const tracks = Object.entries(codecs).map(([kind, name]) => ({
    kind,
    codec: { name, channels: 2 },
    extensions: kind === 'video' ? extensions : [],
  }));
  const host = {
    intake: {
      tracks,
      subscribe: (listener: FrameListener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      requestKeyFrame: () => {
        state.keyFrames += 1;
      },
    },
    transcodes: {
      use(_source: unknown, profile: TranscodeProfile, give: FrameListener, fail: Use['fail']) {
        if (profile.codec === state.refuse) throw new NoTranscoder(NoTranscoderInfo.DISABLED);
        const use: Use = { profile, give, fail, released: 0 };
        uses.push(use);
        if (profile.kind === 'audio') for (const one of state.ahead) give(one);
        return {
          configuration: profile.codec === 'AAC' ? hex('119056e500') : null,
          release: () => {
            use.released += 1;
          },
        };
      },
    },
    clock: () => state.now,
    congested: () => false,
    emit: (event: OutputEvent) => events.push(event),
  } as unknown as OutputHost;
  const publish = (one: MediaFrame) => {
    for (const listener of listeners) listener(one);
  };
  /** Kinds and times of the packets so far. */
  const packets = () => {
    vi.advanceTimersByTime(100);
    return events.flatMap((event) =>
      event.type === 'packets'
        ? event.packets.map(({ kind, key, time }) => `${key ? 'K' : kind[0]}${Math.round(time)}`)
        : [],
    );
  };
  return { host, uses, events, state, publish, packets, listeners };
}

const MSE: OutputRequest = {
  kind: 'mse',
  width: 0,
  height: 0,
  bitrate: 0,
  quality: 0,
  keyFrameInterval: 2000,
};
const WS_PLAYER: OutputRequest = { kind: 'wsplayer', width: 640, height: 0, bitrate: 0, quality: 0 };
const profilesOf = (uses: readonly Use[]) => uses.map(({ profile }) => profile);

describe('the output of MSE', () => {
  it('passes H264 on and has only the sound made', () => {
    const { host, uses, events, publish, packets } = makeHost({ audio: 'opus', video: 'H264' });
    openOutput(MSE, host);
    expect(profilesOf(uses)).toEqual([{ kind: 'audio', codec: 'AAC' }]);
    publish(keyFrame(1000));
    publish(frame('audio', 1000, hex('ff')));
    uses[0]!.give(frame('audio', 1000, hex('2122')));
    publish(interFrame(1040));
    expect(packets()).toEqual(['K10000', 'a10000', 'v10040']);
    expect(events.filter(({ type }) => type === 'videoSize')).toEqual([
      { type: 'videoSize', width: 320, height: 240 },
    ]);
  });

  it('has pictures made that may have to be turned, and passes them on where that cannot be', () => {
    const extensions = [{ id: 4, uri: 'urn:3gpp:video-orientation' }];
    const turned = makeHost({ video: 'H264' }, extensions);
    openOutput(MSE, turned.host);
    expect(turned.uses.map(({ profile }) => profile.codec)).toEqual(['H264']);
    expect(turned.listeners.size).toBe(0);
    const without = makeHost({ video: 'H264' }, extensions);
    without.state.refuse = 'H264';
    openOutput(MSE, without.host);
    expect(without.listeners.size).toBe(1);
  });

  it('takes sound that is there at once', () => {
    const { host, state, publish, packets } = makeHost({ audio: 'opus', video: 'H264' });
    state.ahead = [frame('audio', 1000, hex('2122'))];
    openOutput(MSE, host);
    publish(keyFrame(1000));
    expect(packets()).toEqual(['K10000', 'a10000']);
  });

  it.each([
    ['another codec', { video: 'VP8' }, {}],
    ['a size', { video: 'H264' }, { width: 320 }],
    ['a bitrate', { video: 'H264' }, { bitrate: 300 }],
    ['a quality', { video: 'H264' }, { quality: 20 }],
  ])('has pictures made for %s', (_what, codecs, more) => {
    const { host, uses, publish, packets, listeners } = makeHost(codecs);
    openOutput({ ...MSE, ...more }, host);
    const asked = { width: 0, height: 0, bitrate: 0, ...more };
    expect(profilesOf(uses)).toEqual([{ kind: 'video', codec: 'H264', ...asked, keyFrameInterval: 2 }]);
    expect(listeners.size).toBe(0);
    publish(keyFrame(0));
    uses[0]!.give(keyFrame(40));
    expect(packets()).toEqual(['K10000']);
  });

  it('asks for a key frame when the last is too old, and twice a second until it comes', () => {
    const { host, state, publish } = makeHost({ video: 'H264' });
    openOutput(MSE, host);
    const asked: number[] = [];
    for (let time = 0; time <= 6000; time += 40) {
      state.now = time;
      const before = state.keyFrames;
      publish(time === 0 || time === 3200 ? keyFrame(time) : interFrame(time));
      if (state.keyFrames > before) asked.push(time);
    }
    expect(asked).toEqual([2000, 2520, 3040, 5200, 5720]);
  });

  it('is not there without what it takes', () => {
    const { host, state, uses, listeners } = makeHost({ audio: 'opus', video: 'VP8' });
    state.refuse = 'H264';
    expect(() => openOutput(MSE, host)).toThrow('Transcoding required, but disabled');
    expect(uses.map(({ released }) => released)).toEqual([1]);
    expect(listeners.size).toBe(0);
  });

  it('fails when ffmpeg cannot do it after all', () => {
    const { host, uses, events, listeners } = makeHost({ audio: 'opus', video: 'H264' });
    openOutput(MSE, host);
    uses[0]!.fail('killed');
    expect(events).toEqual([{ type: 'failed', reason: 'killed' }]);
    expect(listeners.size).toBe(0);
  });
});

describe('the output of WSPlayer', () => {
  const KEY = frame('video', 500, hex('000001b3 1400f013 00000100 000f'), { key: true });

  it('has everything made', () => {
    const { host, uses, packets } = makeHost({ audio: 'opus', video: 'H264' });
    openOutput(WS_PLAYER, host);
    expect(profilesOf(uses)).toEqual([
      { kind: 'audio', codec: 'PCMU' },
      { kind: 'video', codec: 'MPEG1', width: 640, height: 0, bitrate: 0, keyFrameInterval: 0.8 },
    ]);
    uses[1]!.give(KEY);
    uses[0]!.give(frame('audio', 500, new Uint8Array(160)));
    expect(packets()).toEqual(['K10000', 'v10000', 'a10000', 'a10000']);
  });

  it('is not there without what it takes', () => {
    const { host, state, uses } = makeHost({ audio: 'opus', video: 'VP8' });
    state.refuse = 'MPEG1';
    expect(() => openOutput(WS_PLAYER, host)).toThrow(NoTranscoder);
    expect(uses.map(({ released }) => released)).toEqual([1]);
  });

  it('fails when ffmpeg cannot do it after all, and is silent once closed', async () => {
    const { host, uses, events } = makeHost({ audio: 'opus', video: 'H264' });
    const output = openOutput(WS_PLAYER, host);
    uses[1]!.give(KEY);
    await output.close();
    vi.advanceTimersByTime(100);
    expect(uses.map(({ released }) => released)).toEqual([1, 1]);
    expect(events.filter(({ type }) => type === 'packets')).toEqual([]);
    openOutput(WS_PLAYER, host);
    uses.at(-1)!.fail('killed');
    expect(events.at(-1)).toEqual({ type: 'failed', reason: 'killed' });
  });
});

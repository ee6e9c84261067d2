import { describe, expect, it } from 'vitest';
import { NoTranscoder } from '../../../../src/egress/transcode/no-transcoder.js';
import type { TranscodeProfile } from '../../../../src/egress/transcode/transcode-profile.js';
import type { MediaFrame } from '../../../../src/media/index.js';
import { bench, ivfFrame, ivfHeader } from './bench.js';
import { FakeSource, vp8KeyFrame } from './source.js';

const soundProfile: TranscodeProfile = { kind: 'audio', codec: 'PCMU' };
const small: TranscodeProfile = {
  kind: 'video',
  codec: 'H264',
  width: 160,
  height: 0,
  bitrate: 0,
  keyFrameInterval: 1,
};

const packet = (count: number) => Buffer.alloc(160 * count, 0xff);
const key = (time: number, width = 640, height = 360): Partial<MediaFrame> => ({
  key: true,
  time,
  data: vp8KeyFrame(width, height),
});

describe('transcodes', () => {
  it('of one stream and profile are one, which ends when the last of its users leaves', () => {
    const { transcodes, children } = bench();
    const source = new FakeSource();
    const heard: string[] = [];
    const first = transcodes.use(source, soundProfile, ({ time }) => heard.push(`first ${time}`));
    source.give({ kind: 'audio', key: true, time: 1000 });
    children[0]!.options.onOutput(packet(1));
    const second = transcodes.use(source, { ...soundProfile }, ({ time }) => heard.push(`second ${time}`));
    expect([children.length, transcodes.size]).toEqual([1, 1]);
    first.release();
    children[0]!.options.onOutput(packet(1));
    expect(heard).toEqual(['first 1000', 'second 1000', 'second 1020']);
    expect(children[0]!.killed).toBe(false);
    second.release();
    second.release();
    expect(children[0]!.killed).toBe(true);
    expect([transcodes.size, source.listeners.size]).toEqual([0, 0]);
  });

  it('are refused without ffmpeg, without the encoder, and without a track or a reader for it', () => {
    const source = new FakeSource();
    const refused = (options: Parameters<typeof bench>[0], profile: TranscodeProfile) =>
      expect(() => bench(options).transcodes.use(source, profile, () => {})).toThrow(
        new NoTranscoder('Transcoding required, but disabled'),
      );
    refused({ encoders: null }, small);
    refused({ encoders: ['libvpx'] }, small);
    refused({ encoders: ['libopus'] }, { kind: 'audio', codec: 'opus' });
    source.tracks.pop();
    refused({}, soundProfile);
  });

  it('are at most so many', () => {
    const { transcodes } = bench({ maxProcesses: 1 });
    const source = new FakeSource();
    const use = transcodes.use(source, small, () => {});
    const more = () => transcodes.use(source, { ...small, width: 320 }, () => {});
    expect(more).toThrow(new NoTranscoder('No available transcoders'));
    expect(() => transcodes.use(source, small, () => {})).not.toThrow();
    expect(transcodes.size).toBe(1);
    use.release();
    expect(more).toThrow();
  });

  it('are counted apart, those of pictures and those of sound', () => {
    const { transcodes } = bench({ maxProcesses: 1, maxSoundProcesses: 2 });
    const hear = () => transcodes.use(new FakeSource(), soundProfile, () => {});
    const uses = [hear(), hear()];
    expect(hear).toThrow(new NoTranscoder('No available transcoders'));
    expect(() => transcodes.use(new FakeSource(), small, () => {})).not.toThrow();
    for (const use of uses) use.release();
    expect(transcodes.size).toBeGreaterThan(0);
  });

  it('begin with a key frame, which tells the size, and ask for one', () => {
    const { transcodes, children } = bench();
    const source = new FakeSource();
    transcodes.use(source, small, () => {});
    source.give({ time: 0 });
    expect([children.length, source.keyFrameRequests]).toEqual([0, 1]);
    source.give({ kind: 'audio', key: true, time: 20 });
    source.give(key(33));
    source.give({ time: 66 });
    expect(children.length).toBe(1);
    expect(children[0]!.args.join(' ')).toContain('scale=160:90');
    expect(children[0]!.input.includes('V_VP8')).toBe(true);
    expect(children[0]!.written.length).toBe(3);
  });

  it('start anew when the size to make changes, at most once a second, and else follow the source', () => {
    const { transcodes, children, advance } = bench();
    const source = new FakeSource();
    transcodes.use(source, small, () => {});
    source.give(key(0));
    source.give(key(500, 320, 180));
    expect(children.length).toBe(1);
    source.give(key(600, 640, 480));
    source.give({ time: 633 });
    expect([children.length, children[0]!.written.length]).toEqual([1, 3]);
    advance(1000);
    source.give(key(1000, 640, 480));
    expect(children.map(({ killed }) => killed)).toEqual([true, false]);
    expect(children[1]!.args.join(' ')).toContain('scale=160:120');
    expect(children[1]!.written.length).toBe(2);
  });

  it('leave out what follows a loss, or what was not taken, up to the next key frame', () => {
    const { transcodes, children } = bench();
    const source = new FakeSource();
    transcodes.use(source, small, () => {});
    source.give(key(0));
    const [child] = children;
    const taken = (frame: Partial<MediaFrame>) => {
      const before = child!.written.length;
      source.give(frame);
      return child!.written.length > before;
    };
    expect(taken({ time: 33 })).toBe(true);
    expect(taken({ time: 99, discontinuity: true })).toBe(false);
    expect(taken({ time: 132 })).toBe(false);
    expect(taken(key(165))).toBe(true);
    child!.takes = false;
    expect(taken({ time: 198 })).toBe(false);
    child!.takes = true;
    expect(taken({ time: 231 })).toBe(false);
    expect(taken(key(264))).toBe(true);
    expect(source.keyFrameRequests).toBeGreaterThanOrEqual(2);
  });

  it('leave out what an ffmpeg that cannot keep up would only make later', () => {
    const { transcodes, children, advance } = bench({ encoders: ['libvpx'] });
    const source = new FakeSource();
    transcodes.use(source, { ...small, codec: 'VP8' }, () => {});
    source.give(key(0));
    const [child] = children;
    const taken = (frame: Partial<MediaFrame>) => {
      const before = child!.written.length;
      source.give(frame);
      return child!.written.length > before;
    };
    child!.options.onOutput(ivfHeader());
    child!.options.onOutput(ivfFrame(0));
    // It may take its time to begin.
    for (const time of [400, 800, 1200, 1600, 2000]) expect(taken({ time })).toBe(true);
    advance(3000);
    expect(taken({ time: 2033 })).toBe(false);
    child!.options.onOutput(ivfFrame(1000));
    expect(taken(key(2066))).toBe(false);
    child!.options.onOutput(ivfFrame(2000));
    expect(taken({ time: 2100 })).toBe(false);
    expect(taken(key(2133))).toBe(true);
    // A source that pauses is not one that ffmpeg is behind of.
    expect(taken({ time: 13_300 })).toBe(true);
    expect(taken({ time: 13_333 })).toBe(true);
    expect(source.keyFrameRequests).toBeGreaterThanOrEqual(3);
  });

  it('tell an ffmpeg that hangs before its first picture of each that it does not get, and replace it', () => {
    const { transcodes, children, advance } = bench();
    const source = new FakeSource();
    transcodes.use(source, small, () => {});
    source.give(key(0));
    for (const time of [500, 1000, 1500, 2000]) source.give({ time });
    const [child] = children;
    const { length } = child!.written;
    advance(3000);
    for (const frame of [{ time: 2033 }, { time: 2066 }, key(2100)]) source.give(frame);
    expect(child).toMatchObject({ withheld: 3, killed: false, written: { length } });
    child!.options.onExit({ end: 'hung', reason: 'killed by SIGKILL', lastLines: [] });
    advance(1000);
    source.give(key(3200));
    expect(children[1]!.written.length).toBeGreaterThan(0);
  });

  it('go on after a death, with times that never go back', () => {
    const { transcodes, children, advance } = bench();
    const source = new FakeSource();
    const times: [number, boolean][] = [];
    transcodes.use(source, soundProfile, ({ time, discontinuity }) => times.push([time, discontinuity]));
    source.give({ kind: 'audio', key: true, time: 100 });
    children[0]!.options.onOutput(packet(3));
    children[0]!.die();
    source.give({ kind: 'audio', key: true, time: 120 });
    advance(0);
    children[0]!.options.onOutput(packet(1));
    source.give({ kind: 'audio', key: true, time: 140 });
    children[1]!.options.onOutput(packet(2));
    expect(times).toEqual([
      [100, true],
      [120, false],
      [140, false],
      [140, true],
      [160, false],
    ]);
  });

  it('are given up when ffmpeg dies time and again with nothing made, and their users told', () => {
    const { transcodes, children, advance } = bench();
    const source = new FakeSource();
    const reasons: string[] = [];
    const use = transcodes.use(
      source,
      soundProfile,
      () => {},
      (reason) => reasons.push(reason),
    );
    source.give({ kind: 'audio', key: true, time: 0 });
    for (const wait of [0, 500, 1000, 2000]) {
      children.at(-1)!.die();
      advance(wait);
    }
    expect(reasons).toEqual(['killed by SIGSEGV']);
    expect([transcodes.size, source.listeners.size, children.length]).toEqual([0, 0, 4]);
    use.release();
    expect(transcodes.size).toBe(0);
  });

  it('of sound start anew after a long gap, instead of making it up', () => {
    const { transcodes, children, advance } = bench();
    const source = new FakeSource();
    const times: number[] = [];
    transcodes.use(source, soundProfile, ({ time }) => times.push(time));
    source.give({ kind: 'audio', key: true, time: 0 });
    advance(60_000);
    source.give({ kind: 'audio', key: true, time: 60_000 });
    children[1]!.options.onOutput(packet(1));
    expect(times).toEqual([60_000]);
  });

  it('end a child that writes what it should not', () => {
    const { transcodes, children } = bench();
    const source = new FakeSource();
    const made: MediaFrame[] = [];
    transcodes.use(source, small, (frame) => made.push(frame));
    source.give(key(0));
    children[0]!.options.onOutput(Buffer.alloc(100, 0x55));
    expect([children[0]!.killed, made.length]).toEqual([true, 0]);
  });
});

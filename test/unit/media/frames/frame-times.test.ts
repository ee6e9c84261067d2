import { describe, expect, it } from 'vitest';
import { FramePacer } from '../../../../src/media/frames/frame-pacer.js';
import { beginFrames, type Given, sendFrame, setUpFrames, wallClock } from '../support/frame-bench.js';
import { FrameSource, testCodecs } from '../support/frame-source.js';

const videoCodec = () => (testCodecs.H264 as () => FrameSource['codec'])();
const audioCodec = () => (testCodecs.opus as () => FrameSource['codec'])();
const videoInterval = 100 / 3;

/** A stream of sound and picture, both begun at 0 of the publisher's clock; its sound takes longer to arrive. */
function stream(soundLate = 0) {
  const sources = [new FrameSource(videoCodec(), 1), new FrameSource(audioCodec(), 2, 0xabcd_0002)] as const;
  const bench = setUpFrames(sources.map(({ codec }) => codec.description));
  const [video, audio] = sources;
  const intervals = [videoInterval, 20] as const;
  const lateness = [5, 5 + soundLate] as const;
  /** Sends what both have up to a moment of the publisher's time. */
  const send = (until: number) => {
    for (;;) {
      const due = sources.map(({ frames }, at) => frames.length * (intervals[at] as number));
      const next = (due[0] as number) + lateness[0] <= (due[1] as number) + lateness[1] ? 0 : 1;
      if ((due[next] as number) >= until) return;
      const source = sources[next] as FrameSource;
      sendFrame(
        bench,
        source,
        (due[next] as number) + (lateness[next] as number),
        source.frames.length === 0,
      );
    }
  };
  /** What the publisher's clock shows at a moment of its time. @param step by which its wall clock was set */
  const report = (source: FrameSource, elapsed: number, step = 0) => {
    const { clockRate } = source.codec.description.codec;
    const ticks = Math.round((elapsed * clockRate) / 1000);
    bench.report(source.ssrc, wallClock + step + elapsed, source.firstTimestamp + ticks);
  };
  /** Time given to frames less that of the publisher, by frame. */
  const offsets = (kind: 'audio' | 'video', from = 0) => {
    const source = kind === 'video' ? video : audio;
    const interval = kind === 'video' ? videoInterval : 20;
    return bench.frames
      .filter((frame) => frame.kind === kind)
      .map(({ time, timestamp }) => [source.ordinalOf(timestamp) * interval, time] as const)
      .filter(([taken]) => taken >= from)
      .map(([taken, time]) => time - taken);
  };
  return { ...bench, video, audio, send, sendReport: report, offsets };
}

function span(values: readonly number[]): number {
  return Math.max(...values) - Math.min(...values);
}

function expectForward(frames: readonly Given[], strictly = true): void {
  for (const kind of ['audio', 'video'] as const) {
    const times = frames.filter((frame) => frame.kind === kind).map(({ time }) => time);
    for (const [at, time] of times.slice(1).entries()) {
      if (strictly) expect(time).toBeGreaterThan(times[at] as number);
      else expect(time).toBeGreaterThanOrEqual(times[at] as number);
    }
  }
}

describe('times of frames', () => {
  it('of the same moment agree between sound and picture, however late one of them arrives', () => {
    const { send, sendReport, video, audio, offsets, frames } = stream(150);
    send(40);
    sendReport(video, 40);
    send(200);
    sendReport(audio, 200);
    send(20_000);
    const all = [...offsets('video'), ...offsets('audio')];
    expect(all.length).toBeGreaterThan(1580);
    expect(span(all)).toBeLessThan(0.5);
    // What arrives at once has about the time of its arrival.
    expect(Math.abs((all[0] as number) - 5)).toBeLessThan(10);
    expectForward(frames);
  });

  it('agree while both wrap their 32 bits', () => {
    const { send, sendReport, video, audio, offsets, frames } = stream();
    send(30);
    sendReport(video, 30);
    sendReport(audio, 30);
    send(5000);
    // Both began 30000 ticks before.
    expect(frames.filter(({ timestamp }) => timestamp >= 2 ** 33).length).toBeGreaterThan(300);
    expect(span([...offsets('video'), ...offsets('audio')])).toBeLessThan(0.5);
  });

  it('begin by arrival where no clock is told, after a wait, and bend to it when it is', () => {
    const { send, sendReport, video, audio, offsets, frames } = stream(150);
    send(2000);
    expect(frames.length).toBeGreaterThan(140);
    expect(Math.min(...frames.map(({ at }) => at))).toBe(305);
    // By arrival, the sound is as late as it was on the way.
    expect(offsets('audio').at(-1)).toBeCloseTo(155, 0);
    sendReport(video, 2000);
    sendReport(audio, 2000);
    send(20_000);
    const settled = [...offsets('video', 8000), ...offsets('audio', 8000)];
    expect(span(settled)).toBeLessThan(2);
    expectForward(frames);
    // It took no step: nothing was more than a twentieth faster or slower than at the source.
    for (const kind of ['video', 'audio'] as const) {
      const all = offsets(kind);
      const steps = all.slice(1).map((offset, at) => Math.abs(offset - (all[at] as number)));
      expect(Math.max(...steps)).toBeLessThan((kind === 'video' ? videoInterval : 20) * 0.051);
    }
  });

  it.each([3000, -3000, 700_000_000, -45_000_000])('go on when the wall clock is set by %d ms', (step) => {
    const { send, sendReport, video, audio, offsets, frames } = stream(40);
    send(100);
    sendReport(video, 100);
    sendReport(audio, 100);
    send(4000);
    sendReport(audio, 4000, step);
    send(6000);
    sendReport(video, 6000, step);
    send(9000);
    sendReport(audio, 9000, step);
    sendReport(video, 9000, step);
    send(20_000);
    expect(span([...offsets('video'), ...offsets('audio')])).toBeLessThan(1);
    expectForward(frames);
  });

  it('follow a publisher whose clock is faster than ours for hours without a jump', () => {
    const { arrive, report, frames } = setUpFrames([audioCodec().description]);
    const source = new FrameSource({ ...audioCodec(), step: 48_000 }, 3);
    // 2000 ppm: after 6000 s it is 12 s ahead.
    for (let second = 0; second < 6000; second += 1) {
      arrive(source.frame(true), second * 998 + 3);
      if (second % 5 === 0) report(source.ssrc, wallClock + second * 1000, source.timestampOf(second));
    }
    const steps = frames.slice(1).map(({ time }, at) => time - (frames[at] as Given).time);
    expect(frames).toHaveLength(6000);
    expect(Math.max(...steps)).toBeLessThan(1010);
    expect(Math.min(...steps)).toBeGreaterThan(990);
  });

  it('go on after RTP timestamps have jumped, never back', () => {
    for (const jump of [-1_800_000, 1_800_000, 2 ** 31]) {
      const bench = setUpFrames([videoCodec().description]);
      const before = new FrameSource(videoCodec(), 4);
      beginFrames(bench, before, 0);
      for (let at = 1; at < 60; at += 1) sendFrame(bench, before, at * videoInterval);
      const timestamp = (before.timestampOf(60) + jump + 2 ** 32) % 2 ** 32;
      const sequence = before.firstSequence + before.packets.length;
      const after = new FrameSource(videoCodec(), 5, before.ssrc, sequence & 0xffff, timestamp);
      for (let at = 0; at < 400; at += 1) {
        sendFrame(bench, after, (60 + at) * videoInterval, at === 0);
        if (at === 30) bench.report(after.ssrc, wallClock + 90 * videoInterval, after.timestampOf(30));
      }
      bench.run(60_000);
      expect(bench.frames.length).toBe(460);
      expectForward(bench.frames, false);
      // With the next report they are what they should be.
      const last = bench.frames.at(-1) as Given;
      expect(Math.abs(last.time - 459 * videoInterval), `${jump}`).toBeLessThan(2);
    }
  });

  it('are the source’s own although a report took seconds longer than what follows it', () => {
    const bench = setUpFrames([videoCodec().description]);
    const source = new FrameSource(videoCodec(), 7);
    beginFrames(bench, source, 4000, wallClock);
    for (let at = 1; at < 60; at += 1) sendFrame(bench, source, 4000 + at);
    const steps = bench.frames.slice(1).map(({ time }, at) => time - (bench.frames[at] as Given).time);
    expect(steps).toHaveLength(59);
    for (const step of steps) expect(step).toBeCloseTo(videoInterval, 1);
  });

  it('are given of a picture whose sound never comes', () => {
    const { frames, run, ...bench } = setUpFrames([videoCodec().description, audioCodec().description]);
    const source = new FrameSource(videoCodec(), 6);
    beginFrames({ frames, run, ...bench }, source, 0);
    for (let at = 1; at < 30; at += 1) sendFrame({ frames, run, ...bench }, source, at * videoInterval);
    expect(frames).toHaveLength(30);
    expect(frames.map(({ at }) => at)).toEqual(frames.map((_, at) => at * videoInterval));
  });
});

describe('FramePacer', () => {
  it('keeps the distances of the source under a clock that is noisy', () => {
    const pacer = new FramePacer(90_000);
    const noise = [0, 8, -8, 3, -20, 20, 0, -4];
    const times = Array.from({ length: 200 }, (_, at) =>
      pacer.next(at * 3000, 1000 + (at * 100) / 3 + (noise[at % 8] as number)),
    );
    for (const [at, time] of times.slice(1).entries())
      expect(Math.abs(time - (times[at] as number) - 100 / 3)).toBeLessThan(1.7);
  });

  it('lets frames come close together, not at once, while the clock is behind', () => {
    const pacer = new FramePacer(90_000);
    const times = Array.from({ length: 60 }, (_, at) =>
      pacer.next(at * 3000, at < 10 ? (at * 100) / 3 : -5000),
    );
    for (const [at, time] of times.slice(1).entries()) expect(time).toBeGreaterThan(times[at] as number);
    expect(times.at(-1)).toBeLessThan(400);
  });

  it('gives B-frames, whose timestamps go back, no time before the last', () => {
    const pacer = new FramePacer(90_000);
    const order = [0, 3, 1, 2, 6, 4, 5];
    const times = order.map((at) => pacer.next(at * 3000, (at * 100) / 3));
    for (const [at, time] of times.slice(1).entries())
      expect(time).toBeGreaterThanOrEqual(times[at] as number);
    expect(times.at(-1)).toBeCloseTo(200, 0);
  });

  it('begins no earlier than what went before it', () => {
    const pacer = new FramePacer(90_000, 500);
    expect(pacer.next(2 ** 32, 480)).toBe(500);
    expect(pacer.next(2 ** 32 + 3000, 513)).toBeCloseTo(500 + (100 / 3) * 0.95, 6);
    expect(pacer.next(2 ** 32 + 30_000, 813)).toBeCloseTo(816.667, 3);
  });
});

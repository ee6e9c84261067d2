import { describe, expect, it } from 'vitest';
import { type Given, playFrames, setUpFrames, wallClock } from '../support/frame-bench.js';
import { FrameSource, testCodecs } from '../support/frame-source.js';

const names = Object.keys(testCodecs);

function expectExact(frames: readonly Given[], source: FrameSource): number[] {
  const ordinals = frames.map(({ timestamp }) => source.ordinalOf(timestamp));
  for (const [at, { data, key }] of frames.entries()) {
    const sent = source.frames[ordinals[at] as number];
    expect(Buffer.compare(data, sent?.data ?? new Uint8Array(0)), `frame ${ordinals[at]}`).toBe(0);
    expect(key).toBe(sent?.key);
  }
  return ordinals;
}

describe.each(names)('frames of %s', (name) => {
  const codec = () => (testCodecs[name] as (typeof testCodecs)['H264'])();

  it.each([
    { roundTrip: 2 },
    { roundTrip: 2, loss: 0.02 },
    { roundTrip: 20, loss: 0.1, duplicate: 0.05 },
    { roundTrip: 30, loss: 0.05, jitter: 5, reorder: { probability: 0.1, by: 12 }, duplicate: 0.1 },
  ])('come whole and in order over a path with %j', (path) => {
    const { frames, source, reader } = playFrames(codec(), 7, path, 200);
    const ordinals = expectExact(frames, source);
    // The beginning may be lost before anybody can know that it was; nothing after that.
    expect(ordinals.length).toBeGreaterThan(165);
    expect(ordinals).toEqual(ordinals.map((_, at) => (ordinals[0] as number) + at));
    expect(ordinals.at(-1)).toBe(199);
    expect(reader.lost).toBe(0);
    expect(frames.map(({ discontinuity }) => discontinuity)).toEqual(frames.map((_, at) => at === 0));
    for (const [at, { time }] of frames.slice(1).entries())
      expect(time).toBeGreaterThan((frames[at] as Given).time);
  });

  it('are left out where something never comes, and what follows says so', () => {
    for (let seed = 1; seed <= 12; seed += 1) {
      const source = new FrameSource(codec(), seed);
      const bench = setUpFrames([source.codec.description]);
      const isVideo = source.codec.description.kind === 'video';
      bench.arrive([]);
      // One packet after the other of frames 5 to 8 is lost for good.
      const all: { packet: Uint8Array; ordinal: number; at: number }[] = [];
      for (let ordinal = 0; ordinal < 40; ordinal += 1) {
        const packets = source.frame(ordinal % 20 === 0);
        for (const packet of packets) all.push({ packet, ordinal, at: ordinal * 33 });
      }
      const candidates = all.filter(({ ordinal }) => ordinal >= 5 && ordinal <= 8);
      const lost = candidates[seed % candidates.length];
      for (const one of all) {
        if (one === lost) continue;
        bench.arrive([one.packet], one.at);
        if (one.ordinal === 0) bench.report(source.ssrc, wallClock, source.firstTimestamp);
      }
      bench.run(5000);
      const ordinals = expectExact(bench.frames, source);
      const missing = source.frames.map((_, at) => at).filter((at) => !ordinals.includes(at));
      expect(missing).toContain(lost?.ordinal);
      // Whose end or beginning it was is not known of a picture: so that of its neighbour at most.
      expect(missing.length).toBeLessThanOrEqual(isVideo ? 2 : 1);
      const flagged = ordinals.filter((_, at) => bench.frames[at]?.discontinuity);
      expect(flagged).toEqual([0, Math.max(...missing) + 1]);
      expect(bench.reader.lost).toBe(1);
      // Its loss asks for a key frame.
      expect(bench.asked).toHaveLength(isVideo ? 1 : 0);
    }
  });
});

describe('a key frame behind a gap', () => {
  it('is whole, since its beginning is known', () => {
    const source = new FrameSource((testCodecs.H264 as () => FrameSource['codec'])(), 3);
    const { arrive, report, run, frames } = setUpFrames([source.codec.description]);
    const [first, ...rest] = source.frame(true);
    arrive([first as Uint8Array], 0);
    report(source.ssrc, wallClock, source.firstTimestamp);
    arrive(rest, 0);
    source.frame(false);
    arrive(source.frame(true), 66);
    run(1000);
    expect(
      frames.map(({ timestamp, key, discontinuity }) => [source.ordinalOf(timestamp), key, discontinuity]),
    ).toEqual([
      [0, true, true],
      [2, true, true],
    ]);
  });

  it('comes no later than what is missing may be waited for', () => {
    const source = new FrameSource((testCodecs.VP8 as () => FrameSource['codec'])(), 3);
    const { arrive, report, run, frames } = setUpFrames([source.codec.description]);
    const [first, ...rest] = source.frame(true);
    arrive([first as Uint8Array], 0);
    report(source.ssrc, wallClock, source.firstTimestamp);
    arrive(rest, 0);
    source.frame(false);
    arrive(source.frame(true), 66);
    run(5000);
    expect(frames.map(({ at }) => at)).toEqual([0, 466]);
  });
});

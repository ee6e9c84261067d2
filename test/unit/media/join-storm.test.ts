import { describe, expect, it } from 'vitest';
import { type PathOptions, Simulation } from './support/simulation.js';
import type { SyntheticReceiver } from './support/synthetic-receiver.js';

const begin = 1000;
const near: PathOptions = { roundTrip: 4 };

interface Storm {
  /** When it breaks out, ms after the publisher's only key frame that nobody asked for. */
  readonly at: number;
  readonly up?: PathOptions;
  readonly mostPackets?: number;
  readonly keyPackets?: number;
  readonly seconds?: number;
  readonly viewers?: number;
}

/** Lets viewers join, evenly over one second or several, a publisher that makes key frames only when asked to. */
function storm({ at, up = { roundTrip: 60 }, seconds = 1, viewers = 100, ...options }: Storm) {
  const until = begin + at + seconds * 1000 + 1000;
  const simulation = new Simulation({ seed: at, until, ...options }, up);
  const joined: { receiver: SyntheticReceiver; at: number }[] = [];
  for (let index = 0; index < viewers; index += 1) {
    const now = begin + at + (index * seconds * 1000) / viewers;
    simulation.run(now);
    joined.push({ receiver: simulation.join(10_000 + 2 * index, near), at: now });
  }
  simulation.run(until + 1000);
  const waits = joined.map(({ receiver, at: since }) => receiver.video.firstFrameAt - since);
  waits.sort((a, b) => a - b);
  const { source, publisher } = simulation;
  const comparisons = joined.map(({ receiver }) => receiver.video.compare(source.video));
  return {
    source,
    publisher,
    median: waits[viewers / 2] as number,
    p95: waits[Math.floor(viewers * 0.95)] as number,
    longest: waits.at(-1) as number,
    unrecovered: comparisons.reduce((sum, one) => sum + one.unrecovered, 0),
    wrong: comparisons.reduce((sum, one) => sum + one.wrong, 0),
  };
}

function leastStep(times: readonly number[]): number {
  return Math.min(...times.slice(1).map((time, index) => time - (times[index] as number)));
}

describe('viewers who join all at once', () => {
  it.each([200, 900, 1400])('begin at once when the key frame is %d ms old', (at) => {
    const { source, longest, unrecovered, wrong } = storm({ at });
    expect(longest).toBeLessThanOrEqual(2 + 5 + 1);
    expect({ unrecovered, wrong }).toEqual({ unrecovered: 0, wrong: 0 });
    expect(source.keyFramesAskedAt.length).toBeLessThanOrEqual(1);
  });

  it.each([
    2100, 2500, 2950,
  ])('never meet an outdated key frame when the first is served by one of %d ms', (at) => {
    const { source, longest, unrecovered, wrong } = storm({ at });
    expect(longest).toBeLessThanOrEqual(2 + 5 + 1);
    expect({ unrecovered, wrong }).toEqual({ unrecovered: 0, wrong: 0 });
    expect(source.keyFramesAskedAt).toHaveLength(1);
  });

  it.each([3100, 10_000])('wait for one key frame, all together, when the last is %d ms old', (at) => {
    const { source, median, longest, unrecovered, wrong } = storm({ at });
    // The way to the publisher and back, its next picture, the way to the viewer.
    expect(longest).toBeLessThanOrEqual(60 + 34 + 2 + 6);
    expect(median).toBeLessThanOrEqual(2 + 5 + 1);
    expect({ unrecovered, wrong }).toEqual({ unrecovered: 0, wrong: 0 });
    expect(source.keyFramesAskedAt).toHaveLength(1);
  });

  it('go on being served for seconds, by one request a second at most', () => {
    const { source, longest, unrecovered, wrong } = storm({ at: 5000, seconds: 8, viewers: 40 });
    expect(longest).toBeLessThanOrEqual(60 + 34 + 2 + 6);
    expect({ unrecovered, wrong }).toEqual({ unrecovered: 0, wrong: 0 });
    // One when the first comes, then one whenever the last has become half as old as it may.
    expect(source.keyFramesAskedAt.length).toBeLessThanOrEqual(6);
    expect(leastStep(source.keyFramesAskedAt)).toBeGreaterThanOrEqual(1000);
  });

  it('wait for less than 400 ms even of a stream whose second does not fit the cache', () => {
    // 12 Mbit/s: some 1000 packets a second, of which three quarters of the cache hold 0.77 s.
    const heavy = { mostPackets: 66, keyPackets: 120 };
    const { source, median, p95, longest, unrecovered, wrong } = storm({
      at: 1500,
      seconds: 3,
      viewers: 30,
      ...heavy,
    });
    expect(median).toBeLessThanOrEqual(30);
    expect(p95).toBeLessThanOrEqual(400);
    expect(longest).toBeLessThanOrEqual(450);
    expect({ unrecovered, wrong }).toEqual({ unrecovered: 0, wrong: 0 });
    expect(leastStep(source.keyFramesAskedAt)).toBeGreaterThanOrEqual(1000);
  });

  it('are served over a bad path from the publisher, too', () => {
    const up = { roundTrip: 80, loss: 0.05, jitter: 5 };
    const { source, median, p95, unrecovered, wrong } = storm({ at: 4000, up });
    expect(median).toBeLessThanOrEqual(200);
    expect(p95).toBeLessThanOrEqual(400);
    expect({ unrecovered, wrong }).toEqual({ unrecovered: 0, wrong: 0 });
    expect(source.keyFramesAskedAt.length).toBeLessThanOrEqual(2);
  });
});

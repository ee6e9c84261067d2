import { describe, expect, it } from 'vitest';
import { trends } from '../../../bench/lib/soak.mjs';
import { rises, trend } from '../../../bench/lib/trend.mjs';
import { writeStamp } from '../../../bench/peers/stamp.mjs';
import { Tally, takeAll } from '../../../bench/peers/tally.mjs';

const mib = 2 ** 20;

/** A sample every 10 s for an hour. */
function samples(value: (at: number) => number): { at: number; value: number }[] {
  return Array.from({ length: 360 }, (_, index) => ({ at: index * 10, value: value(index * 10) }));
}

const sawtooth = (at: number): number => (at % 170) / 170;

describe('trend', () => {
  it('finds a straight line exactly', () => {
    const line = trend(samples((at) => 5 + at / 100));
    expect(line.slope).toBeCloseTo(0.01, 10);
    expect(line.growth).toBeCloseTo(35.9, 8);
    expect(line.mean).toBeCloseTo(5 + 17.95, 8);
    expect(line.error).toBeCloseTo(0, 10);
  });

  it('knows how sure it is', () => {
    // y = 0, 1, 0, 1 at 0..3: slope 1/5, residuals sum 4/5, error sqrt(4/5 / 2 / 5).
    const line = trend([0, 1, 0, 1].map((value, at) => ({ at, value })));
    expect(line.slope).toBeCloseTo(0.2, 10);
    expect(line.error).toBeCloseTo(Math.sqrt(0.08), 10);
  });

  it('does not take a sawtooth for growth, but growth under a sawtooth', () => {
    expect(rises(trend(samples((at) => 100 + 20 * sawtooth(at))), 6)).toBe(false);
    expect(rises(trend(samples((at) => 100 + 20 * sawtooth(at) + at / 360)), 6)).toBe(true);
  });

  it('needs both: enough of it, and more than chance', () => {
    expect(rises(trend(samples((at) => at / 1000)), 6)).toBe(false);
    expect(rises({ mean: 0, slope: 1, error: 0.5, growth: 100 }, 6)).toBe(false);
    expect(rises({ mean: 0, slope: 1, error: 0.3, growth: 100 }, 6)).toBe(true);
    expect(rises({ mean: 0, slope: -1, error: 0.1, growth: -100 }, 6)).toBe(false);
  });
});

describe('trends of a soak', () => {
  const soak = (leak: number, queue: number) => ({
    viewers: 1,
    settled: 300,
    live: [],
    samples: samples(() => 0).map(({ at }) => ({
      at,
      // What comes before `settled` must not count.
      resident: { media: (at < 300 ? 20 : 90 + leak * at + 3 * sawtooth(at)) * mib, control: 80 * mib },
      heap: { media: 8 * mib, control: 20 * mib },
      scavenges: 1,
      cpu: 0.5,
      tally: { packets: 1000, expected: 1000, damaged: 0, timed: 100 },
      delay: { p50: 0.4 + queue * at, p99: 1.5 + queue * at, p999: 3, max: 9 },
      machine: { busy: 0.5, stolen: 0 },
    })),
  });
  const risen = (result: ReturnType<typeof soak>) =>
    Object.entries(trends(result))
      .filter(([, { rising }]) => rising)
      .map(([name]) => name);

  it('finds nothing in a steady run', () => {
    expect(risen(soak(0, 0))).toEqual([]);
  });

  it('finds a leak of 10 MiB an hour', () => {
    expect(risen(soak(10 / 3600, 0))).toEqual(['media process, resident']);
  });

  it('finds a queue that grows by 2 ms an hour', () => {
    expect(risen(soak(0, 2 / 3600))).toEqual(['delay, median', 'delay, p99']);
  });
});

describe('tally', () => {
  const size = 100;
  const millisecond = 1_000_000n;
  function packet(sequence: number, sent: bigint): Buffer {
    const made = Buffer.alloc(size);
    made.writeUInt16BE(sequence & 0xffff, 2);
    writeStamp(made, sent);
    return made;
  }

  it('counts across the wrap-around, with gaps and late packets', () => {
    const tally = new Tally();
    for (const number of [65_533, 65_534, 65_536, 65_535, 65_539]) {
      tally.receive(packet(number, 5n * millisecond), size, 7n * millisecond);
    }
    expect(tally.take()).toEqual({ packets: 5, expected: 7, damaged: 0, ages: [2, 2, 2, 2, 2] });
    tally.receive(packet(65_540, 5n * millisecond), size, 6n * millisecond);
    expect(tally.take()).toEqual({ packets: 1, expected: 1, damaged: 0, ages: [1] });
    expect(tally.take()).toEqual({ packets: 0, expected: 0, damaged: 0, ages: [] });
  });

  it('calls packets of another size, and of the future, damaged', () => {
    const tally = new Tally();
    tally.receive(packet(1, 5n * millisecond), size + 1, 7n * millisecond);
    tally.receive(packet(2, 9n * millisecond), size, 7n * millisecond);
    expect(tally.take()).toMatchObject({ packets: 2, damaged: 2, ages: [] });
  });

  it('puts viewers together', () => {
    const tallies = [new Tally(), new Tally(), new Tally()];
    for (const [index, tally] of tallies.slice(1).entries()) {
      for (let number = 0; number < 50; number += 1) {
        tally.receive(packet(number, 0n), size, BigInt(50 * index + number + 1) * millisecond);
      }
    }
    expect(takeAll(tallies)).toEqual({
      packets: 100,
      expected: 100,
      damaged: 0,
      timed: 100,
      p50: 50,
      p99: 99,
      p999: 99,
      max: 100,
    });
    expect(takeAll(tallies)).toMatchObject({ packets: 0, timed: 0, p50: 0, max: 0 });
  });
});

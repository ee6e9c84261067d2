import { describe, expect, it } from 'vitest';
import { matched } from '../../../bench/av-offset/match.mjs';
import { byMinute, driftOf, offsetsOf } from '../../../bench/av-offset/offsets.mjs';
import { judge } from '../../../bench/av-offset/verdict.mjs';

/** Flashes 0.8 to 1.2 s apart, in the same order each time. */
function source(count: number): number[] {
  const times: number[] = [];
  let seed = 7;
  let time = 3;
  for (let index = 0; index < count; index++) {
    times.push(time);
    seed = (seed * 1103515245 + 12345) % 2 ** 31;
    time += 0.8 + (0.4 * seed) / 2 ** 31;
  }
  return times;
}

const file = (times: number[], offset: number) =>
  offsetsOf({ flashes: times, beeps: times.map((time) => time + offset / 1000) }, { skip: 0 });

describe('the offsets of sound and picture', () => {
  const flashes = source(600);

  it('are found flash by flash in files that begin at different times and drift apart', () => {
    const one = file(flashes, 55);
    const later = flashes.slice(7).map((time) => (time - 6.3) * 1.0002);
    const pairs = matched(one, file(later, 45));
    expect(pairs.length).toBe(593);
    for (const { offset, other } of pairs) expect(offset - other).toBeCloseTo(10, 6);
    expect(pairs[0]!.time).toBeCloseTo(flashes[7]!, 9);
  });

  it('leave out flashes that only one of the files has', () => {
    const other = file(
      flashes.filter((_, index) => index % 50 !== 20),
      45,
    );
    const pairs = matched(file(flashes, 45), other);
    expect(pairs.length).toBe(other.length);
    expect(pairs.every(({ offset, other }) => Math.abs(offset - other) < 1e-6)).toBe(true);
  });

  it('are not taken from files of different sources', () => {
    const regular = Array.from({ length: 600 }, (_, index) => index);
    expect(() => matched(file(flashes, 45), file(regular, 45))).toThrow(/only \d+ are in both/);
    expect(() => matched(file(flashes, 45), [])).toThrow();
  });

  it('have a drift, and a median in each minute', () => {
    const offsets = flashes.map((time) => ({ time, offset: 5 + (time - 3) / 60 }));
    expect(driftOf(offsets)).toBeCloseTo(60, 6);
    expect(driftOf([])).toBe(0);
    const minutes = byMinute(offsets);
    expect(minutes.map(({ minute }) => minute)).toEqual(minutes.map((_, index) => index));
    expect(minutes[3]!.median).toBeCloseTo(8.5, 0);
    expect(minutes[3]!.least).toBeLessThan(minutes[3]!.median);
  });

  it('are in step below the limit, with few flashes beyond it and few missing', () => {
    const shares = flashes.map((time, index) => ({ time, offset: index % 200 === 5 ? 60 : -12 }));
    const verdict = (list: typeof shares, count = list.length) => judge(list, byMinute(list), count);
    expect(verdict(shares)).toMatchObject({ met: true, worstFlash: 60, worstMinute: -12, below: 597 });
    expect(verdict(shares, 700).met).toBe(false);
    expect(verdict(shares.map(({ time, offset }) => ({ time, offset: offset - 30 }))).met).toBe(false);
    const late = shares.map((share, index) => (index % 20 === 5 ? { ...share, offset: 60 } : share));
    expect(verdict(late).met).toBe(false);
    expect(verdict([]).met).toBe(false);
  });
});

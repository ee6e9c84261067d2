import { describe, expect, it } from 'vitest';
import { matched } from '../../../bench/av-offset/match.mjs';
import { byMinute, driftOf, offsetsOf } from '../../../bench/av-offset/offsets.mjs';
import { judge, sharesOf } from '../../../bench/av-offset/verdict.mjs';

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
    const pairs = flashes.map((time, index) => ({ time, offset: index % 200 === 5 ? 160 : 88, other: 100 }));
    const verdict = (list: typeof pairs, count = list.length) => judge(list, byMinute(sharesOf(list)), count);
    expect(verdict(pairs)).toMatchObject({
      met: true,
      worstFlash: 60,
      worstMinute: -12,
      below: 597,
      steady: 600,
    });
    expect(verdict(pairs, 700).met).toBe(false);
    expect(verdict(pairs.map((pair) => ({ ...pair, other: 130 }))).met).toBe(false);
    const late = pairs.map((pair, index) => (index % 20 === 5 ? { ...pair, offset: 160 } : pair));
    expect(verdict(late).met).toBe(false);
    expect(verdict([]).met).toBe(false);
  });

  it('may differ while the source jumps, but not for longer, nor may it jump all the time', () => {
    const jumped = (every: number, following: number) =>
      flashes.map((time, index) => {
        const other = 100 + 200 * (Math.floor(index / every) % 2);
        const offset = index >= every && index % every < following ? 400 - other : other;
        return { time, offset, other };
      });
    const verdict = (list: ReturnType<typeof jumped>) => judge(list, byMinute(sharesOf(list)), list.length);
    expect(verdict(jumped(150, 6))).toMatchObject({ met: true, below: 582, worstFlash: -200 });
    expect(verdict(jumped(150, 30)).met).toBe(false);
    expect(verdict(jumped(10, 0)).met).toBe(false);
  });
});

import { describe, expect, it } from 'vitest';
import { reachedAfter } from '../../../bench/quality/bottleneck.mjs';
import { standstills } from '../../../bench/quality/standstill.mjs';

/** Pictures every 33 ms from 0 to 10 s, without those in the given ranges. */
function pictures(...gaps: readonly [number, number][]): number[] {
  return Array.from({ length: 304 }, (_, index) => index * 33).filter(
    (at) => !gaps.some(([from, to]) => at > from && at < to),
  );
}

describe('standstills', () => {
  it('finds none in a steady picture', () => {
    expect(standstills(pictures(), 1000, 9000)).toEqual({ total: 0, freezes: 0 });
  });

  it('takes no shorter distance for one than the mean and 150 ms', () => {
    expect(standstills(pictures([3300, 3465]), 1000, 9000)).toEqual({ total: 0, freezes: 0 });
    expect(standstills(pictures([3300, 3498]), 1000, 9000)).toEqual({ total: 198, freezes: 1 });
  });

  it('counts only what is within the window', () => {
    // Of the second gap there are 90 ms, which may still become anything.
    const gaps = pictures([660, 1650], [8910, 9900]);
    expect(standstills(gaps, 1000, 9000)).toEqual({ total: 650, freezes: 1 });
    expect(standstills(pictures([3300, 3630]), 5000, 9000)).toEqual({ total: 0, freezes: 0 });
  });

  it('counts one that outlasts the window, and a picture that never came', () => {
    expect(standstills(pictures([7920, 20_000]), 1000, 9000)).toEqual({ total: 1080, freezes: 1 });
    expect(standstills([], 1000, 9000)).toEqual({ total: 8000, freezes: 1 });
    expect(standstills([500], 1000, 9000)).toEqual({ total: 8000, freezes: 1 });
  });
});

describe('reachedAfter', () => {
  /** Samples every 500 ms of so many bit/s each. */
  function samples(...rates: readonly number[]) {
    let bytes = 0;
    return [0, ...rates].map((rate, index) => {
      bytes += rate / 16;
      return { time: 100 + index * 500, bytes };
    });
  }

  it('says when the mean of 2 s came into the band', () => {
    const falling = [...Array(6).fill(2e6), ...Array(12).fill(9e5)];
    expect(reachedAfter(samples(...falling), 7e5, 1e6)).toBe(5000);
  });

  it('counts from the last time it came in', () => {
    const dipping = [...Array(8).fill(9e5), ...Array(8).fill(2e5), ...Array(8).fill(9e5)];
    expect(reachedAfter(samples(...dipping), 7e5, 1e6)).toBe(9500);
  });

  it('says so when it never did, or did not stay', () => {
    expect(reachedAfter(samples(...Array(12).fill(2e6)), 7e5, 1e6)).toBeNull();
    expect(reachedAfter(samples(...Array(12).fill(9e5), 2e6, 2e6, 2e6), 7e5, 1e6)).toBeNull();
    expect(reachedAfter(samples(9e5), 7e5, 1e6)).toBeNull();
  });
});

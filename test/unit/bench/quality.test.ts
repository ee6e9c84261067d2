import { describe, expect, it } from 'vitest';
import { reachedAfter, spread } from '../../../bench/quality/bottleneck.mjs';
import { parseOptions } from '../../../bench/quality/options.mjs';
import { standstills } from '../../../bench/quality/standstill.mjs';
import { judge } from '../../../bench/quality/targets.mjs';

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

describe('spread', () => {
  it('knows the median and the worst, and one that never came as the worst of all', () => {
    expect(spread([3000, 1000, 2000])).toEqual({ median: 2000, worst: 3000 });
    expect(spread([4000, 1000, 2000, 3000])).toEqual({ median: 2000, worst: 4000 });
    expect(spread([1000, null, 2000])).toEqual({ median: 2000, worst: Number.POSITIVE_INFINITY });
  });
});

describe('judge', () => {
  it('has a repeated case meet its target every time', () => {
    const rows = [9000, 15_000, 15_001].map((reached) => ({ label: '3 Mbit/s', reached })) as never[];
    const text = '3 Mbit/s: nine tenths of its bitrate again within 15 s';
    expect(judge('publisher-bottleneck', rows.slice(0, 1))).toEqual([`met     ${text}`]);
    expect(judge('publisher-bottleneck', rows.slice(0, 2))).toEqual([`met     ${text}, 2 times of 2`]);
    expect(judge('publisher-bottleneck', rows)).toEqual([`MISSED  ${text}, 2 times of 3`]);
  });
});

describe('parseOptions', () => {
  it('takes a bitrate that the bottleneck is too narrow for, closed, and wide enough, opened', () => {
    expect(parseOptions([])).toMatchObject({ bitrate: 2_500_000, repeat: 3 });
    expect(parseOptions(['--bitrate', '1700000', '--repeat', '5'])).toMatchObject({
      bitrate: 1_700_000,
      repeat: 5,
    });
    for (const bitrate of ['1000000', '2900000', '1.7e6x', '-1'])
      expect(() => parseOptions([`--bitrate=${bitrate}`])).toThrow('--bitrate');
    expect(() => parseOptions(['--repeat', '0'])).toThrow('--repeat');
  });
});

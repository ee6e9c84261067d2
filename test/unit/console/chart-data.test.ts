import { describe, expect, it } from 'vitest';
import { ChartData, summarize } from '../../../console/dashboard/chart-data.js';

const second = 1000;

describe('the data of a chart', () => {
  it('begins with what the server remembers and goes on with what is new', () => {
    const data = new ChartData(['in', 'out']);
    data.load({
      startedAt: 10 * second,
      step: second,
      series: { in: [1, null], out: [3, 4], other: [9, 9] },
    });
    expect(data.push(12 * second, { in: 5, out: 6, other: 7 })).toBe(true);
    expect(data.columnsOf(['out', 'in'])).toEqual([
      [10, 11, 12],
      [3, 4, 6],
      [1, null, 5],
    ]);
  });

  it('keeps the last steps only', () => {
    const data = new ChartData(['a'], 3);
    data.load({ startedAt: 0, step: second, series: { a: [1, 2, 3, 4] } });
    expect(data.columnsOf(['a'])).toEqual([
      [1, 2, 3],
      [2, 3, 4],
    ]);
    data.push(4 * second, { a: 5 });
    expect(data.columnsOf(['a'])).toEqual([
      [2, 3, 4],
      [3, 4, 5],
    ]);
  });

  it('ends series that began later at the same time', () => {
    const data = new ChartData(['long', 'short', 'none']);
    data.load({ startedAt: 0, step: second, series: { long: [1, 2, 3], short: [7] } });
    expect(data.columnsOf(['short', 'none'])).toEqual([
      [0, 1, 2],
      [null, null, 7],
      [null, null, null],
    ]);
  });

  it('takes no step twice, none that goes back, and no nonsense for a figure', () => {
    const data = new ChartData(['a']);
    data.push(5 * second, { a: 1 });
    expect(data.push(5 * second, { a: 2 })).toBe(false);
    expect(data.push(4 * second, { a: 2 })).toBe(false);
    data.push(6 * second, { a: 'x' as never });
    data.push(7 * second, {});
    expect(data.columnsOf(['a'])).toEqual([
      [5, 6, 7],
      [1, null, null],
    ]);
  });

  it('is told in words', () => {
    const format = (value: number | null) => (value === null ? '–' : `${value} ms`);
    expect(summarize([3, null, 9, 4], format)).toBe('now 4 ms, lowest 3 ms, highest 9 ms');
    expect(summarize([3, null], format)).toBe('now –, lowest 3 ms, highest 3 ms');
    expect(summarize([null], format)).toBe('no figures yet');
  });
});

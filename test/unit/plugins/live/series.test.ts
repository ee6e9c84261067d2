import { expect, test } from 'vitest';
import { Series } from '../../../../src/plugins/live/series.js';

test('the last steps, the newest last, as many as there is room for', () => {
  const series = new Series(['a', 'b'], 3);
  expect([series.size, series.read()]).toEqual([0, { a: [], b: [] }]);
  series.add({ a: 1, b: null });
  series.add({ a: 2.5, b: 0 });
  expect(series.read()).toEqual({ a: [1, 2.5], b: [null, 0] });
  series.add({ a: 3, b: 1 });
  series.add({ a: 4, b: 2 });
  expect([series.size, series.read()]).toEqual([3, { a: [2.5, 3, 4], b: [0, 1, 2] }]);
});

test('steps that were missed are holes, and never more than there is room for', () => {
  const series = new Series(['a'], 4);
  series.add({ a: 1 });
  series.add({ a: 2 }, 1);
  expect(series.read()).toEqual({ a: [1, null, 2] });
  series.add({ a: 3 }, 1e9);
  expect(series.read()).toEqual({ a: [null, null, null, 3] });
});

test('four bytes a figure, read with what means something', () => {
  const series = new Series(['a']);
  expect(series.memory).toBe(1200);
  for (const a of [0.1, 0.00004, 99.5, 1234.5678, 8_123_457, 4e9]) series.add({ a });
  expect(series.read().a).toEqual([0.1, 0, 99.5, 1235, 8_123_457, 4e9]);
});

import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { LoopLag } from '../../../../src/plugins/statistics/loop-lag.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('tells once a second how late the latest timer was, and nothing once it is stopped', () => {
  let now = 0;
  const told: number[] = [];
  const lag = new LoopLag(
    (seconds) => told.push(seconds),
    () => now,
  );
  const pass = (late = 0) => {
    now += 100 + late;
    vi.advanceTimersByTime(100);
  };
  lag.start();
  for (let tick = 0; tick < 9; tick += 1) pass(tick === 3 ? 250 : 0);
  expect(told).toEqual([]);
  pass();
  expect(told).toEqual([0.25]);
  for (let tick = 0; tick < 10; tick += 1) pass();
  expect(told).toEqual([0.25, 0]);
  lag.stop();
  vi.advanceTimersByTime(5000);
  expect(told).toHaveLength(2);
});

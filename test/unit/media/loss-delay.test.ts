import { expect, it } from 'vitest';
import { LossDelay } from '../../../src/media/header/loss-delay.js';

const percent = (share: number) => Math.round((share * 256) / 100);

it('is nothing without loss, however long the round trip', () => {
  const delay = new LossDelay(400);
  for (let report = 0; report < 10; report += 1) expect(delay.reported(0, 300)).toBe(false);
  expect(delay.value).toBe(0);
});

it.each([
  [5, 60, 191],
  [10, 60, 242],
  [1, 20, 92],
  [20, 200, 400],
])('with %i percent lost and a round trip of %i ms it is %i ms', (loss, roundTrip, wanted) => {
  const delay = new LossDelay(400);
  expect(delay.reported(percent(loss), roundTrip)).toBe(true);
  expect(Math.round(delay.value)).toBe(wanted);
});

it('rises at once, falls slowly, and at last to nothing', () => {
  const delay = new LossDelay(400);
  delay.reported(percent(2), 60);
  const before = delay.value;
  expect(delay.reported(percent(10), 60)).toBe(true);
  expect(delay.value).toBeGreaterThan(before);
  const values: number[] = [];
  for (let report = 0; report < 30; report += 1) {
    delay.reported(0, 60);
    values.push(delay.value);
  }
  expect(values[0]).toBeGreaterThan(150);
  expect([...values].sort((a, b) => b - a)).toEqual(values);
  expect(values.at(-1)).toBe(0);
});

it('does not change its pace for little', () => {
  const delay = new LossDelay(400);
  delay.reported(percent(5), 60);
  expect(delay.reported(percent(5), 65)).toBe(false);
  expect(delay.reported(percent(6), 70)).toBe(false);
});

it('turned off, it is never asked for', () => {
  const delay = new LossDelay(0);
  expect(delay.reported(percent(20), 60)).toBe(false);
  expect(delay.value).toBe(0);
});

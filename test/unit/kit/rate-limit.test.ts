import { expect, it } from 'vitest';
import { RateLimit } from '../../../src/kit/index.js';

it('lets so many through in a period, and counts the others', () => {
  const limit = new RateLimit(2, 1000);
  expect([0, 500, 999, 999].map((now) => limit.allow(now))).toEqual([true, true, false, false]);
  expect([1000, 1001, 1999].map((now) => limit.allow(now))).toEqual([true, true, false]);
  expect(limit.takeRefused()).toBe(3);
  expect(limit.takeRefused()).toBe(0);
});

it('begins a period with the first that comes in it', () => {
  const limit = new RateLimit(1, 1000);
  expect([100, 1099, 1100, 5000, 5999, 6000].map((now) => limit.allow(now))).toEqual([
    true,
    false,
    true,
    true,
    false,
    true,
  ]);
});

it('lets nothing through where nothing is allowed', () => {
  const limit = new RateLimit(0, 1000);
  expect([0, 1000, 9000].some((now) => limit.allow(now))).toBe(false);
});

it('counts one for as many as it costs, at most for all of a period', () => {
  const limit = new RateLimit(4, 1000);
  expect([3, 2, 1, 1].map((cost) => limit.allow(0, cost))).toEqual([true, false, true, false]);
  expect([9, 1].map((cost) => limit.allow(1000, cost))).toEqual([true, false]);
  expect(new RateLimit(0, 1000).allow(0, 5)).toBe(false);
});

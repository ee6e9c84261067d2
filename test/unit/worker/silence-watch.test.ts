import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { SilenceWatch } from '../../../src/worker/silence-watch.js';

let silent: number;
let watch: SilenceWatch;

beforeEach(() => {
  vi.useFakeTimers();
  silent = 0;
  watch = new SilenceWatch(30_000, () => {
    silent += 1;
  });
});

afterEach(() => {
  vi.useRealTimers();
});

test('one that says nothing for longer than it may is noticed, once', () => {
  watch.start();
  vi.advanceTimersByTime(30_000);
  expect(silent).toBe(0);
  vi.advanceTimersByTime(1000);
  expect(silent).toBe(1);
  vi.advanceTimersByTime(600_000);
  expect(silent).toBe(1);
  expect(vi.getTimerCount()).toBe(0);
});

test('one that is heard now and then is left alone', () => {
  watch.start();
  for (let time = 0; time < 300; time += 29) {
    vi.advanceTimersByTime(29_000);
    watch.heard();
  }
  expect(silent).toBe(0);
});

test('before the start and after the stop nobody listens', () => {
  vi.advanceTimersByTime(60_000);
  watch.start();
  vi.advanceTimersByTime(20_000);
  watch.stop();
  watch.stop();
  vi.advanceTimersByTime(60_000);
  expect(silent).toBe(0);
});

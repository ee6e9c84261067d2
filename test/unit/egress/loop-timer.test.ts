import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { LoopTimer } from '../../../src/egress/intake/loop-timer.js';
import type { Timed } from '../../../src/kit/index.js';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const clock = () => Date.now();

function task(every: number, ran: number[], also: (now: number) => void = () => {}): Timed {
  return {
    onTime(now) {
      ran.push(now);
      also(now);
      return now + every;
    },
  };
}

it('runs tasks when they are due, with one timer', () => {
  const timer = new LoopTimer(clock);
  const [fast, slow]: [number[], number[]] = [[], []];
  const begin = clock();
  timer.schedule(task(30, fast), begin + 10);
  timer.schedule(task(100, slow), begin + 5);
  expect(vi.getTimerCount()).toBe(1);
  vi.advanceTimersByTime(110);
  expect(fast.map((now) => now - begin)).toEqual([10, 40, 70, 100]);
  expect(slow.map((now) => now - begin)).toEqual([5, 105]);
  timer.close();
  expect(vi.getTimerCount()).toBe(0);
});

it('runs nothing once closed, also by a task of its own', () => {
  const timer = new LoopTimer(clock);
  const ran: number[] = [];
  timer.schedule(
    task(10, ran, () => timer.close()),
    clock(),
  );
  vi.advanceTimersByTime(100);
  timer.schedule(task(10, ran), clock());
  vi.advanceTimersByTime(100);
  expect(ran).toHaveLength(1);
  expect(vi.getTimerCount()).toBe(0);
});

it('goes on after a task has thrown', () => {
  const timer = new LoopTimer(clock);
  const ran: number[] = [];
  const broken = task(1000, [], () => {
    throw new Error('broken');
  });
  timer.schedule(broken, clock() + 5);
  timer.schedule(task(10, ran), clock() + 10);
  expect(() => vi.advanceTimersByTime(7)).toThrow('broken');
  vi.advanceTimersByTime(50);
  expect(ran.length).toBeGreaterThan(3);
  timer.close();
});

it('runs no task that was cancelled', () => {
  const timer = new LoopTimer(clock);
  const ran: number[] = [];
  const cancelled = task(10, ran);
  timer.schedule(cancelled, clock() + 5);
  timer.cancel(cancelled);
  vi.advanceTimersByTime(100);
  expect([ran, timer.size, vi.getTimerCount()]).toEqual([[], 0, 0]);
});

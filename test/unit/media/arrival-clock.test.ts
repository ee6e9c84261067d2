import { describe, expect, it } from 'vitest';
import { ArrivalClock } from '../../../src/media/report/arrival-clock.js';

describe('ArrivalClock', () => {
  it('goes by the packets that took least time', () => {
    const clock = new ArrivalClock(90_000);
    expect(clock.isKnown).toBe(false);
    for (const [made, took] of [
      [0, 50],
      [33, 20],
      [66, 80],
      [100, 35],
    ] as const)
      clock.note(made * 90, 1000 + made + took);
    expect(clock.isKnown).toBe(true);
    expect(Math.abs(clock.timestampAt(1220) - 200 * 90)).toBeLessThan(5);
  });

  it('goes on over a wrap of the timestamps', () => {
    const clock = new ArrivalClock(48_000);
    const first = 2 ** 32 - 4800;
    for (let made = 0; made <= 1000; made += 20) clock.note((first + made * 48) % 2 ** 32, made + 30);
    expect(Math.abs(clock.timestampAt(1030) - (1000 * 48 - 4800))).toBeLessThan(20);
  });

  it('follows a clock that is slow, and one that is fast', () => {
    for (const skew of [0.9999, 1.0001]) {
      const clock = new ArrivalClock(90_000);
      for (let now = 0; now <= 600_000; now += 20) clock.note(Math.round(now * 90 * skew), now + 10);
      expect(Math.abs(clock.timestampAt(600_010) - 600_000 * 90 * skew)).toBeLessThan(5 * 90);
    }
  });

  it('starts anew where the clock stood still or jumped', () => {
    for (const jump of [-10_000, 10_000]) {
      const clock = new ArrivalClock(90_000);
      for (let now = 0; now <= 1000; now += 20) clock.note((20_000 + now) * 90, now);
      for (let now = 1020; now <= 2000; now += 20) clock.note((20_000 + now + jump) * 90, now);
      expect(Math.abs(clock.timestampAt(2000) - (22_000 + jump) * 90)).toBeLessThan(90);
    }
  });

  it('knows nothing after a reset', () => {
    const clock = new ArrivalClock(90_000);
    clock.note(5, 5);
    clock.reset();
    expect(clock.isKnown).toBe(false);
  });
});

import { describe, expect, it } from 'vitest';
import { LossWindow } from '../../../src/media/report/loss-window.js';

describe('LossWindow', () => {
  it('knows nothing before the second report', () => {
    const window = new LossWindow();
    window.report(70_000, 9);
    expect(window.rate).toBe(0);
    window.report(70_040, 19);
    expect(window.rate).toBe(0.25);
  });

  it('weighs by packets, not by reports', () => {
    const window = new LossWindow();
    window.report(1000, 0);
    window.report(1010, 5);
    window.report(1100, 5);
    expect(window.rate).toBe(0.05);
  });

  it('forgets what is eight reports ago', () => {
    const window = new LossWindow();
    window.report(1000, 0);
    window.report(1100, 50);
    for (let turn = 1; turn <= 7; turn += 1) window.report(1100 + 100 * turn, 50);
    expect(window.rate).toBe(50 / 800);
    window.report(1900, 50);
    expect(window.rate).toBe(0);
  });

  it('goes on over a wrap, and stays within bounds whatever is reported', () => {
    const window = new LossWindow();
    window.report(2 ** 32 - 50, 0);
    window.report(50, 10);
    expect(window.rate).toBe(0.1);
    window.report(51, 8_388_607);
    expect(window.rate).toBe(1);
    window.report(52, -8_388_608);
    expect(window.rate).toBe(0);
    window.report(0, 100);
    window.report(2 ** 31, 100);
    expect(window.rate).toBeGreaterThanOrEqual(0);
  });
});

import { describe, expect, it } from 'vitest';
import { ResendGate } from '../../../src/media/nack/resend-gate.js';

describe('ResendGate', () => {
  it('lets the same packet pass again when most of a round trip is over', () => {
    const gate = new ResendGate();
    expect(gate.pass(70_000, 1000, 80, 10)).toBe(true);
    expect(gate.pass(70_000, 1001, 80, 10)).toBe(false);
    expect(gate.pass(70_001, 1001, 80, 10)).toBe(true);
    expect(gate.pass(70_000, 1055, 80, 10)).toBe(false);
    expect(gate.pass(70_000, 1056, 80, 10)).toBe(true);
    expect(gate.pass(70_000, 1100, 80, 10)).toBe(false);
  });

  it.each([
    20, 60, 150, 400,
  ])('lets every request of a viewer pass that repeats it each %d ms', (roundTrip) => {
    const gate = new ResendGate();
    const measured = 1.25 * roundTrip;
    const passed = Array.from({ length: 50 }, (_, turn) => gate.pass(7, turn * roundTrip, measured, 1000));
    expect(passed).not.toContain(false);
    expect(gate.pass(7, 49 * roundTrip + roundTrip / 2, measured, 1000)).toBe(false);
  });

  it('does not take the first packet of all for one already sent', () => {
    expect(new ResendGate().pass(0, 0, 100, 1)).toBe(true);
  });

  it('lets no more pass than was forwarded, beyond a first 512', () => {
    const gate = new ResendGate();
    let passed = 0;
    const flood = (count: number, now: number, forwarded: number) => {
      for (let index = 0; index < count; index += 1) if (gate.pass(index, now, 1, forwarded)) passed += 1;
    };
    flood(2000, 0, 100);
    expect(passed).toBe(512);
    flood(2000, 1000, 100);
    expect(passed).toBe(512);
    flood(2000, 2000, 130);
    expect(passed).toBe(542);
    flood(2000, 3000, 1_000_000);
    expect(passed).toBe(542 + 512);
  });

  it('is not spent by what it refuses', () => {
    const gate = new ResendGate();
    for (let round = 0; round < 2000; round += 1) gate.pass(7, 0, 100, 5);
    expect(gate.pass(8, 0, 100, 5)).toBe(true);
  });
});

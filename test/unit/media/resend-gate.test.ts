import { describe, expect, it } from 'vitest';
import { ResendGate } from '../../../src/media/nack/resend-gate.js';

const length = 1000;
const cost = length + 40;
const burst = 256 * 1024;
const atOnce = Math.floor(burst / cost);

/** A gate of a viewer that has been sent so many packets of 1000 bytes. */
function setUp() {
  const gate = new ResendGate(false);
  return {
    pass: (index: number, now: number, roundTrip: number, packets: number) =>
      gate.pass(index, length, now, roundTrip, { packets, octets: packets * length }),
  };
}

describe('ResendGate', () => {
  it('lets the same packet pass again when most of a round trip is over', () => {
    const { pass } = setUp();
    expect(pass(70_000, 1000, 80, 10)).toBe(true);
    expect(pass(70_000, 1001, 80, 10)).toBe(false);
    expect(pass(70_001, 1001, 80, 10)).toBe(true);
    expect(pass(70_000, 1055, 80, 10)).toBe(false);
    expect(pass(70_000, 1056, 80, 10)).toBe(true);
    expect(pass(70_000, 1100, 80, 10)).toBe(false);
  });

  it.each([
    20, 60, 150, 400,
  ])('lets every request of a viewer pass that repeats it each %d ms', (roundTrip) => {
    const { pass } = setUp();
    const measured = 1.25 * roundTrip;
    const passed = Array.from({ length: 50 }, (_, turn) => pass(7, turn * roundTrip, measured, 1000));
    expect(passed).not.toContain(false);
    expect(pass(7, 49 * roundTrip + roundTrip / 2, measured, 1000)).toBe(false);
  });

  it('does not take the first packet of all for one already sent', () => {
    expect(setUp().pass(0, 0, 100, 1)).toBe(true);
  });

  it('lets half of what was sent pass, beyond a first burst', () => {
    const { pass } = setUp();
    let passed = 0;
    const flood = (count: number, now: number, packets: number) => {
      for (let index = 0; index < count; index += 1) if (pass(index, now, 1, packets)) passed += 1;
    };
    flood(2000, 0, 0);
    expect(passed).toBe(atOnce);
    flood(2000, 1000, 0);
    expect(passed).toBe(atOnce);
    flood(2000, 2000, 40);
    expect(passed).toBe(atOnce + 20);
    flood(2000, 3000, 1_000_000);
    expect(passed).toBe(atOnce + 20 + atOnce);
  });

  it('counts bytes, and headers where there are no others', () => {
    const gate = new ResendGate(false);
    const empty = { packets: 0, octets: 0 };
    let passed = 0;
    while (gate.pass(passed, 0, 0, 1, empty)) passed += 1;
    expect(passed).toBe(Math.floor(burst / 40));
    expect(gate.pass(passed, 960, 0, 1, { packets: 48, octets: 0 })).toBe(false);
    expect(gate.pass(passed, 960, 0, 1, { packets: 50, octets: 0 })).toBe(true);
  });

  it('gets no allowance from what went again among what is sent', () => {
    const gate = new ResendGate(true);
    const sent = { packets: 0, octets: 0 };
    for (let index = 0; index < 10_000; index += 1) {
      if (!gate.pass(index, length, 0, 1, sent)) continue;
      sent.packets += 1;
      sent.octets += length;
    }
    expect(sent.packets).toBe(atOnce);
  });

  it('is not spent by what it refuses', () => {
    const { pass } = setUp();
    for (let round = 0; round < 2000; round += 1) pass(7, 0, 100, 5);
    expect(pass(8, 0, 100, 5)).toBe(true);
  });
});

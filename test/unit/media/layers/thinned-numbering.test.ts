import { describe, expect, it } from 'vitest';
import { ThinnedNumbering } from '../../../../src/media/layers/thinned-numbering.js';
import { random } from '../../rtp/support.js';

describe('ThinnedNumbering', () => {
  it('leaves no gap where packets are left out, and keeps one where they are missing', () => {
    const numbering = new ThinnedNumbering(70_000, 500);
    expect(numbering.take(70_000)).toBe(500);
    numbering.leaveOut(70_001, -1);
    expect(numbering.take(70_002)).toBe(501);
    // 70003 is missing.
    expect(numbering.take(70_004)).toBe(503);
    numbering.leaveOut(70_006, -1);
    expect(numbering.take(70_007)).toBe(505);
    expect([70_000, 70_001, 70_002, 70_003, 70_005, 70_006].map((one) => numbering.indexOf(one))).toEqual([
      500, -1, 501, 502, 504, -1,
    ]);
    expect([500, 501, 502, 503, 504, 505, 506].map((one) => numbering.sequenceOf(one))).toEqual([
      70_000, 70_002, 70_003, 70_004, 70_005, 70_007, -1,
    ]);
  });

  it('counts each picture that is left out once', () => {
    const numbering = new ThinnedNumbering(1, 1, 10, 3);
    const first = numbering.take(1);
    numbering.leaveOut(2, 7);
    numbering.leaveOut(3, 7);
    const second = numbering.take(4);
    numbering.leaveOut(5, 9);
    const third = numbering.take(7);
    expect([first, second, third - 1, third].map((index) => numbering.pictureDeltaOf(index))).toEqual([
      10, 9, 8, 8,
    ]);
    expect(numbering.tl0DeltaOf(third)).toBe(3);
  });

  it('forgets what is long gone, and is right about all the rest', () => {
    const next = random(5);
    const numbering = new ThinnedNumbering(0, 40_000);
    const truth = new Map<number, number>();
    let index = 40_000;
    for (let sequence = 0; sequence < 50_000; sequence += 1) {
      const dice = next();
      if (dice < 0.4) numbering.leaveOut(sequence, -1);
      else {
        if (dice < 0.9) expect(numbering.take(sequence)).toBe(index);
        truth.set(sequence, index);
        index += 1;
      }
    }
    for (const [sequence, expected] of truth) {
      if (sequence > numbering.last) continue;
      const told = numbering.indexOf(sequence);
      if (told < 0) expect(sequence).toBeLessThan(50_000 - 2000);
      else expect([told, numbering.sequenceOf(told)]).toEqual([expected, sequence]);
    }
  });
});

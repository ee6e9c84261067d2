import { describe, expect, it } from 'vitest';
import { ReplayWindow } from '../../../src/transport/replay-window.js';
import { estimateIndex } from '../../../src/transport/srtp-receiver.js';

describe('ReplayWindow', () => {
  it('accepts an index once', () => {
    const window = new ReplayWindow();
    for (const index of [1000, 1001, 999, 1128, 1127, 1064]) {
      expect(window.accepts(index)).toBe(true);
      window.add(index);
      expect(window.accepts(index)).toBe(false);
    }
    expect(window.accepts(1000)).toBe(false);
    expect(window.accepts(1002)).toBe(true);
  });

  it('covers 128 indices', () => {
    const window = new ReplayWindow();
    window.add(500);
    expect(window.accepts(373)).toBe(true);
    expect(window.accepts(372)).toBe(false);
    expect(window.accepts(-1)).toBe(false);
  });

  it('agrees with a set, for steps of any size', () => {
    const window = new ReplayWindow();
    const seen = new Set<number>();
    let seed = 7;
    let highest = 2 ** 40;
    for (let round = 0; round < 5000; round++) {
      seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
      const step = (seed >>> 10) % 160;
      const index = highest + (round % 7 === 0 ? step : step % 20) - 100;
      const expected = index > highest || (highest - index < 128 && !seen.has(index));
      expect(window.accepts(index)).toBe(round === 0 ? true : expected);
      if (!window.accepts(index)) continue;
      window.add(index);
      seen.add(index);
      highest = round === 0 ? index : Math.max(highest, index);
    }
    expect(window.highest).toBe(highest);
  });
});

describe('estimateIndex', () => {
  it('finds the nearest index (RFC 3711 appendix A)', () => {
    for (const [highest, sequence, index] of [
      [0, 1, 1],
      [65_535, 0, 65_536],
      [65_536, 65_535, 65_535],
      [65_530, 10, 65_546],
      [3 * 65_536 + 5, 65_500, 2 * 65_536 + 65_500],
      [3 * 65_536 + 40_000, 5, 4 * 65_536 + 5],
      [3 * 65_536 + 40_000, 30_000, 3 * 65_536 + 30_000],
      [5, 65_500, -36],
      [2 ** 40 + 65_535, 0, 2 ** 40 + 65_536],
    ] as const) {
      expect(estimateIndex(highest, sequence)).toBe(index);
    }
  });
});

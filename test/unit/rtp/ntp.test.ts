import { describe, expect, it } from 'vitest';
import {
  compactFromMs,
  compactNtp,
  compactToMs,
  ntpFraction,
  ntpSeconds,
  ntpToEpochMs,
} from '../../../src/rtp/index.js';

describe('NTP timestamps', () => {
  it('count from 1900', () => {
    expect(ntpSeconds(0)).toBe(2208988800);
    expect(ntpFraction(0)).toBe(0);
    expect(ntpSeconds(1500)).toBe(2208988801);
    expect(ntpFraction(1500)).toBe(0x80000000);
    expect(ntpFraction(1_700_000_000_250.5)).toBe(Math.floor(0.2505 * 2 ** 32));
  });

  it('begin a new era in 2036', () => {
    const rollover = Date.UTC(2036, 1, 7, 6, 28, 16);
    expect(ntpSeconds(rollover)).toBe(0);
    expect(ntpSeconds(rollover - 1)).toBe(0xffffffff);
    expect(ntpToEpochMs(0, 0)).toBe(rollover);
    expect(ntpToEpochMs(0xffffffff, 0)).toBe(rollover - 1000);
  });

  it('are read back', () => {
    for (const ms of [0, 999, 1_700_000_000_123, Date.UTC(2040, 5, 5)]) {
      expect(ntpToEpochMs(ntpSeconds(ms), ntpFraction(ms))).toBeCloseTo(ms, 3);
    }
  });

  it('shorten to their middle 32 bits', () => {
    // The example of RFC 3550 6.4.1, figure 2: b44d:b705|2000:0000.
    expect(compactNtp(0xb44db705, 0x20000000)).toBe(0xb7052000);
    expect(compactNtp(0x0000ffff, 0xffffffff)).toBe(0xffffffff);
  });

  it('measure the round trip of RFC 3550 6.4.1', () => {
    // A = b710:8000, DLSR = 0005:4000, LSR = b705:2000: 6.125 s.
    expect(compactFromMs(5250)).toBe(0x00054000);
    expect(compactToMs(0xb7108000 - 0x00054000 - 0xb7052000)).toBe(6125);
  });

  it('wrap with their width', () => {
    expect(compactFromMs(65_536_000)).toBe(0);
    expect(compactToMs(0xffffffff)).toBeCloseTo(65_536_000, 1);
  });
});

import { describe, expect, it } from 'vitest';
import { MediaClock } from '../../../src/media/report/media-clock.js';

const reading = () => ({ ntpSeconds: 0, ntpFraction: 0, rtpTimestamp: 0 });

describe('MediaClock', () => {
  it('knows nothing before the first report', () => {
    const clock = new MediaClock(90_000);
    const into = reading();
    expect(clock.isKnown).toBe(false);
    expect(clock.read(1000, into)).toBe(false);
    expect(into).toEqual(reading());
  });

  it('shows what the report said when it came', () => {
    const clock = new MediaClock(90_000);
    clock.update(0xe000_0000, 0x8000_0001, 12_345, 1000);
    const into = reading();
    expect(clock.read(1000, into)).toBe(true);
    expect(into).toEqual({ ntpSeconds: 0xe000_0000, ntpFraction: 0x8000_0001, rtpTimestamp: 12_345 });
  });

  it('goes on at the pace of both clocks', () => {
    const clock = new MediaClock(90_000);
    clock.update(1000, 0x4000_0000, 500, 1000);
    const into = reading();
    clock.read(1250, into);
    expect(into).toEqual({ ntpSeconds: 1000, ntpFraction: 0x8000_0000, rtpTimestamp: 500 + 22_500 });
    clock.read(3750, into);
    expect(into).toEqual({ ntpSeconds: 1003, ntpFraction: 0, rtpTimestamp: 500 + 247_500 });
  });

  it('wraps both', () => {
    const clock = new MediaClock(48_000);
    clock.update(0xffff_ffff, 0x8000_0000, 0xffff_fff0, 0);
    const into = reading();
    clock.read(500, into);
    expect(into).toEqual({ ntpSeconds: 0, ntpFraction: 0, rtpTimestamp: 24_000 - 16 });
  });

  it('keeps to whole numbers over a day without a report', () => {
    const clock = new MediaClock(90_000);
    clock.update(1000, 1, 0xffff_0000, 0.25);
    const into = reading();
    clock.read(86_400_000.7, into);
    for (const value of Object.values(into)) {
      expect(Number.isInteger(value)).toBe(true);
      expect(value).toBeGreaterThanOrEqual(0);
      expect(value).toBeLessThan(2 ** 32);
    }
    expect(into.ntpSeconds).toBe(87_400);
  });

  it('follows the latest report, and forgets all of a source that is gone', () => {
    const clock = new MediaClock(90_000);
    clock.update(1000, 0, 0, 0);
    clock.update(2000, 0, 777, 1000);
    const into = reading();
    clock.read(1000, into);
    expect(into).toEqual({ ntpSeconds: 2000, ntpFraction: 0, rtpTimestamp: 777 });
    clock.reset();
    expect(clock.read(1000, into)).toBe(false);
  });
});

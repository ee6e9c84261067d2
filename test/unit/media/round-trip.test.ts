import { describe, expect, it } from 'vitest';
import { RoundTrip } from '../../../src/media/report/round-trip.js';

/** ms in 65536ths of a second, as DLSR is given. */
const compact = (ms: number) => Math.round(ms * 65.536);

describe('RoundTrip', () => {
  it('is a guess at first, and then what the first report measures', () => {
    const trip = new RoundTrip();
    expect([trip.ms, trip.measured]).toEqual([100, false]);
    trip.sent(0xabcd_1234, 1000);
    trip.echoed(0xabcd_1234, compact(500), 1520);
    expect(trip.ms).toBeCloseTo(20, 1);
    expect(trip.measured).toBe(true);
  });

  it('follows later reports by a quarter', () => {
    const trip = new RoundTrip();
    trip.sent(1, 0);
    trip.echoed(1, 0, 40);
    trip.sent(2, 1000);
    trip.echoed(2, 0, 1080);
    expect(trip.ms).toBeCloseTo(50, 5);
  });

  it('measures from older reports too, when later ones are under way', () => {
    const trip = new RoundTrip();
    for (let report = 1; report <= 8; report += 1) trip.sent(report, report * 1000);
    trip.echoed(1, compact(6500), 8100);
    expect(trip.ms).toBeCloseTo(600, 0);
  });

  it.each([
    ['a report that was not sent', 99, 0, 50],
    ['no report', 0, 0, 50],
    ['one too long ago', 1, 0, 9100],
    ['one that claims to have taken ten seconds and more', 9, 0, 10_010],
    ['a delay longer than the time that has passed', 2, compact(3000), 2500],
  ])('ignores an echo of %s', (_, echo, delay, now) => {
    const trip = new RoundTrip();
    for (let report = 1; report <= 9; report += 1) trip.sent(report, report);
    trip.echoed(echo, delay, now);
    expect(trip.ms).toBe(100);
  });

  it('is at least a millisecond, whatever the other side claims', () => {
    const trip = new RoundTrip();
    trip.sent(5, 1000);
    trip.echoed(5, compact(100), 1100);
    expect(trip.ms).toBe(1);
  });
});

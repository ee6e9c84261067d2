import { describe, expect, it } from 'vitest';
import { RateMeter } from '../../../src/worker/rate-meter.js';

const counters = (bytes: number, frames: number) => ({ bytes, frames, nack: 1, pli: 2, lostPackets: 3 });

describe('RateMeter', () => {
  it('says nothing before the start, nor of an interval too short to tell', () => {
    const meter = new RateMeter();
    expect(meter.measure(counters(1000, 1), 5000)).toBeNull();
    meter.start(5000);
    expect(meter.measure(counters(1000, 1), 5499)).toBeNull();
    expect(meter.measure(counters(1000, 1), 5500)).toMatchObject({ videoRate: 16_000, fps: 2 });
  });

  it('tells bits and frames a second of the last interval, and the other counters since the start', () => {
    const meter = new RateMeter();
    meter.start(0);
    meter.measure(counters(50_000, 30), 1000);
    expect(meter.measure(counters(112_500, 57), 2000)).toEqual({
      videoRate: 500_000,
      fps: 27,
      nack: 1,
      pli: 2,
      lostPackets: 3,
    });
    expect(meter.measure(counters(112_500 + 68_750, 57), 3100)).toMatchObject({ videoRate: 500_000, fps: 0 });
  });
});

import { describe, expect, it } from 'vitest';
import { BitrateMeter } from '../../../src/worker/bitrate-meter.js';

describe('BitrateMeter', () => {
  it('says nothing before the start, nor of an interval too short to tell', () => {
    const meter = new BitrateMeter();
    expect(meter.measure(1000, 5000)).toBeNull();
    meter.start(5000);
    expect(meter.measure(1000, 5499)).toBeNull();
    expect(meter.measure(1000, 5500)).toBe(16_000);
  });

  it('tells of the last interval alone', () => {
    const meter = new BitrateMeter();
    meter.start(0);
    meter.measure(50_000, 1000);
    expect(meter.measure(112_500, 2000)).toBe(500_000);
    expect(meter.measure(112_500, 3000)).toBe(0);
  });
});

import { describe, expect, it } from 'vitest';
import { OutgoingMeter } from '../../../src/worker/outgoing-meter.js';

describe('OutgoingMeter', () => {
  it('says nothing before the start, nor of an interval too short to tell', () => {
    const meter = new OutgoingMeter();
    const counters = { octets: 1000, packets: 10, lost: 0 };
    expect(meter.measure(counters, 0, 5000)).toBeUndefined();
    meter.start(5000);
    expect(meter.measure(counters, 0, 5499)).toBeUndefined();
    expect(meter.measure(counters, 0, 5500)).toEqual({ bitrate: 16_000, estimate: 0, lossRate: 0 });
  });

  it('tells of the last interval alone', () => {
    const meter = new OutgoingMeter();
    meter.start(0);
    meter.measure({ octets: 50_000, packets: 100, lost: 50 }, 0, 1000);
    expect(meter.measure({ octets: 112_500, packets: 180, lost: 60 }, 700_000.4, 2000)).toEqual({
      bitrate: 500_000,
      estimate: 700_000,
      lossRate: 0.125,
    });
  });

  it('takes losses for between none and all, whatever a viewer reports', () => {
    const meter = new OutgoingMeter();
    meter.start(0);
    expect(meter.measure({ octets: 0, packets: 10, lost: 8_388_607 }, 0, 1000)?.lossRate).toBe(1);
    expect(meter.measure({ octets: 0, packets: 20, lost: 3 }, 0, 2000)?.lossRate).toBe(0);
    expect(meter.measure({ octets: 0, packets: 20, lost: 9 }, 0, 3000)?.lossRate).toBe(0);
  });
});

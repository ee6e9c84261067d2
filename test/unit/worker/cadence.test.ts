import { describe, expect, it } from 'vitest';
import { Cadence } from '../../../src/worker/cadence.js';

describe('Cadence', () => {
  it('does not drift, however late each time is come to', () => {
    const cadence = new Cadence(1000, 500);
    const lateness = [0, 3, 40, 499, 250, 1];
    const times = lateness.map((late) => {
      const due = cadence.next;
      cadence.advance(due + late);
      return due;
    });
    expect(times).toEqual([1500, 2500, 3500, 4500, 5500, 6500]);
  });

  it('begins anew after a stall that leaves less than half an interval', () => {
    const cadence = new Cadence(1000, 0);
    expect(cadence.advance(1501)).toBe(2501);
    expect(cadence.advance(2501)).toBe(3501);
    expect(cadence.advance(60_000)).toBe(61_000);
  });
});

import { describe, expect, it } from 'vitest';
import {
  EndpointAdmission,
  type EndpointKind,
  endpointCost,
} from '../../../src/worker/endpoint-admission.js';

const limits = { viewers: 0.8, publishers: 0.9 };
const bitrate = 3_200_000;
const cost = endpointCost(bitrate);

/** How many viewers of `count` that ask at the same moment are let in. */
function crowd(admission: EndpointAdmission, utilisation: number, count = 2000): number {
  let admitted = 0;
  for (let index = 0; index < count; index += 1) {
    if (admission.admit('viewer', bitrate, utilisation)) admitted += 1;
  }
  return admitted;
}

/** Seconds of endpoints that cost a multiple of what they are taken to cost. */
function live(admission: EndpointAdmission, seconds: number, endpoints: number, multiple = 1): void {
  for (let second = 0; second < seconds; second += 1)
    admission.update(endpoints * cost, Math.min(1, endpoints * cost * multiple));
}

describe('EndpointAdmission', () => {
  it.each<[EndpointKind, number, boolean]>([
    ['viewer', 0.8, true],
    ['viewer', 0.801, false],
    ['publisher', 0.801, true],
    ['publisher', 0.9, true],
    ['publisher', 0.901, false],
  ])('lets a %s in at a load of %d: %s', (kind, utilisation, expected) => {
    expect(new EndpointAdmission(limits).admit(kind, 0, utilisation)).toBe(expected);
  });

  it('counts whom it refuses', () => {
    const admission = new EndpointAdmission(limits);
    for (const kind of ['viewer', 'viewer', 'publisher'] as const) admission.admit(kind, 0, 0.95);
    admission.admit('publisher', 0, 0.2);
    expect(admission.refused).toEqual({ publisher: 1, viewer: 2 });
  });

  it('takes viewers again only when the load has fallen by a tenth', () => {
    const admission = new EndpointAdmission(limits);
    const asks = [0.79, 0.81, 0.79, 0.73, 0.71, 0.79, 0.81].map((load) => admission.admit('viewer', 0, load));
    expect(asks).toEqual([true, false, false, false, true, true, false]);
  });

  it('lets a crowd in only as far as there is room for what it will cost', () => {
    // 3.2 Mbit/s cost 0.17 % of a core.
    expect(crowd(new EndpointAdmission(limits), 0)).toBe(471);
    const busy = new EndpointAdmission(limits);
    live(busy, 100, 300);
    expect(crowd(busy, 300 * cost)).toBe(171);
  });

  it.each([
    [0.5, 741],
    [2, 35],
    // Beyond what is believed.
    [0.1, 1682],
  ])('learns that endpoints cost %d of what they were taken to', (multiple, room) => {
    const admission = new EndpointAdmission(limits);
    live(admission, 120, 200, multiple * 0.9999);
    const admitted = crowd(admission, 0);
    expect(admitted).toBeGreaterThan(0.97 * room);
    expect(admitted).toBeLessThan(1.03 * room + 1);
  });

  it('does not take the handshakes of a crowd for what it costs', () => {
    const admission = new EndpointAdmission(limits);
    let joined = 0;
    // 100 a second, each with a handshake of 2 ms, cost 20 % for as long as they come.
    for (let second = 0; second < 3; second += 1) {
      joined += crowd(admission, Math.min(0.96, joined * cost + 0.2), 100);
      admission.update(joined * cost, joined * cost + 0.2);
    }
    expect(joined).toBe(300);
  });

  it('lets nobody in when there has been no time left for five seconds', () => {
    const admission = new EndpointAdmission({ viewers: 0.99, publishers: 0.99 });
    for (let second = 0; second < 4; second += 1) admission.update(cost, 0.98);
    expect(admission.admit('viewer', 0, 0.98)).toBe(true);
    admission.update(cost, 0.98);
    expect(admission.admit('viewer', 0, 0.98)).toBe(false);
    admission.update(cost, 0.5);
    expect(admission.admit('viewer', 0, 0.5)).toBe(true);
  });

  it.each([500_000, 3_000_000, 12_000_000])('does not overshoot in a storm of joins at %d bit/s', (rate) => {
    const admission = new EndpointAdmission({ viewers: 0.85, publishers: 0.92 });
    let [utilisation, connected, peak] = [0, 0, 0];
    const joining: number[] = [];
    // 500 viewers a second for 20 s; each costs what it does from half a second after it was let in.
    for (let now = 0; now < 20_000; now += 10) {
      while (joining.length > 0 && (joining[0] as number) <= now) {
        joining.shift();
        connected += 1;
      }
      const load = connected * endpointCost(rate);
      utilisation += (load - utilisation) * (1 - Math.exp(-10 / 2000));
      peak = Math.max(peak, load);
      if (now % 1000 === 0) admission.update((connected + joining.length) * endpointCost(rate), utilisation);
      for (let index = 0; index < 5; index += 1) {
        if (admission.admit('viewer', rate, utilisation)) joining.push(now + 500);
      }
    }
    expect(peak).toBeGreaterThan(0.75);
    expect(peak).toBeLessThan(0.95);
  });

  it('refuses nobody when told so', () => {
    const admission = new EndpointAdmission({ viewers: 1, publishers: 1 });
    expect(crowd(admission, 1)).toBe(2000);
    expect(admission.admit('publisher', 0, 1)).toBe(true);
    expect(admission.refused).toEqual({ publisher: 0, viewer: 0 });
  });
});

import { describe, expect, it } from 'vitest';
import { EndpointAdmission, type EndpointKind } from '../../../src/worker/endpoint-admission.js';

const limits = { viewers: 0.8, publishers: 0.9 };

/** How many viewers of `count` that ask at the same moment are let in. */
function crowd(
  admission: EndpointAdmission,
  now: number,
  { utilisation = 0, endpoints = 10, bitrate = 3_200_000, count = 2000 } = {},
): number {
  let admitted = 0;
  for (let index = 0; index < count; index += 1) {
    if (admission.admit('viewer', bitrate, { utilisation, endpoints: endpoints + admitted }, now))
      admitted += 1;
  }
  return admitted;
}

describe('EndpointAdmission', () => {
  it.each<[EndpointKind, number, boolean]>([
    ['viewer', 0.8, true],
    ['viewer', 0.801, false],
    ['publisher', 0.801, true],
    ['publisher', 0.9, true],
    ['publisher', 0.901, false],
  ])('lets a %s in at a load of %d: %s', (kind, utilisation, expected) => {
    const admission = new EndpointAdmission(limits);
    expect(admission.admit(kind, 0, { utilisation, endpoints: 100 }, 0)).toBe(expected);
  });

  it('counts whom it refuses', () => {
    const admission = new EndpointAdmission(limits);
    const busy = { utilisation: 0.95, endpoints: 100 };
    for (const kind of ['viewer', 'viewer', 'publisher'] as const) admission.admit(kind, 0, busy, 0);
    admission.admit('publisher', 0, { utilisation: 0.2, endpoints: 100 }, 100_000);
    expect(admission.refused).toEqual({ publisher: 1, viewer: 2 });
  });

  it('takes viewers again only when the load has fallen by a tenth', () => {
    const admission = new EndpointAdmission(limits);
    const asks = [0.79, 0.81, 0.79, 0.73, 0.71, 0.79, 0.81].map((utilisation, index) =>
      admission.admit('viewer', 0, { utilisation, endpoints: 1000 }, index * 60_000),
    );
    expect(asks).toEqual([true, false, false, false, true, true, false]);
  });

  it('lets a crowd in only as far as there is room for what it will cost', () => {
    // 3.2 Mbit/s cost 0.25 % of a core, 38.4 Mbit/s 1.9 %.
    expect(crowd(new EndpointAdmission(limits), 0)).toBe(321);
    expect(crowd(new EndpointAdmission(limits), 0, { utilisation: 0.601, endpoints: 1000 })).toBe(80);
    expect(crowd(new EndpointAdmission(limits), 0, { bitrate: 38_400_000 })).toBe(43);
    // The 40 that there are cost 1 % each: so will the others.
    expect(crowd(new EndpointAdmission(limits), 0, { utilisation: 0.5, endpoints: 40 })).toBe(31);
    // One alone says little.
    expect(crowd(new EndpointAdmission(limits), 0, { utilisation: 0.4, endpoints: 1 })).toBe(21);
  });

  it('lets more in at the pace at which the load shows what the first cost', () => {
    const admission = new EndpointAdmission(limits);
    const first = crowd(admission, 0);
    expect(crowd(admission, 100)).toBe(0);
    // They cost nothing after all.
    const later = crowd(admission, 4000);
    expect(later).toBeGreaterThan(0.6 * first);
    expect(later).toBeLessThan(0.66 * first);
    // They cost what was expected.
    const honest = new EndpointAdmission(limits);
    crowd(honest, 0);
    expect(crowd(honest, 30_000, { utilisation: 0.8025, endpoints: 331 })).toBe(0);
  });

  it.each([
    500_000, 3_000_000, 12_000_000,
  ])('does not overshoot in a storm of joins at %d bit/s', (bitrate) => {
    const admission = new EndpointAdmission({ viewers: 0.85, publishers: 0.92 });
    const cost = 0.0005 + (bitrate / 9600) * 4.5e-6;
    let [utilisation, connected, peak] = [0, 0, 0];
    const joining: number[] = [];
    // 500 viewers a second for 20 s; each costs what it does from half a second after it was let in.
    for (let now = 0; now < 20_000; now += 10) {
      while (joining.length > 0 && (joining[0] as number) <= now) {
        joining.shift();
        connected += 1;
      }
      const load = connected * cost;
      utilisation += (load - utilisation) * (1 - Math.exp(-10 / 2000));
      peak = Math.max(peak, load);
      for (let index = 0; index < 5; index += 1) {
        const present = { utilisation, endpoints: connected + joining.length };
        if (admission.admit('viewer', bitrate, present, now)) joining.push(now + 500);
      }
    }
    expect(peak).toBeGreaterThan(0.75);
    expect(peak).toBeLessThan(0.95);
  });

  it('refuses nobody when told so', () => {
    const admission = new EndpointAdmission({ viewers: 1, publishers: 1 });
    expect(crowd(admission, 0, { utilisation: 1 })).toBe(2000);
    expect(admission.admit('publisher', 0, { utilisation: 1, endpoints: 0 }, 0)).toBe(true);
    expect(admission.refused).toEqual({ publisher: 0, viewer: 0 });
  });
});

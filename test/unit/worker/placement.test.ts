import { describe, expect, it } from 'vitest';
import { placeForViewer, roomiest } from '../../../src/worker/placement.js';
import { ProcessLoad } from '../../../src/worker/process-load.js';

const place = (name: string, load: number, endpoints = 0) => ({ name, load, endpoints });

describe('the roomiest place', () => {
  it('is the least loaded', () => {
    expect(roomiest([place('a', 0.5), place('b', 0.2), place('c', 0.9)])?.name).toBe('b');
  });

  it('has fewest endpoints where loads are alike', () => {
    expect(roomiest([place('a', 0.01, 4), place('b', 0.03, 1), place('c', 0, 2)])?.name).toBe('b');
    expect(roomiest([place('a', 0.01), place('b', 0)])?.name).toBe('a');
  });

  it('is none of none', () => {
    expect(roomiest([])).toBeNull();
  });
});

describe('a viewer is placed', () => {
  const idle = place('idle', 0);

  it('where its stream comes from, as long as there is room, however idle others are', () => {
    const home = place('home', 0.59, 500);
    expect(placeForViewer(home, [], [home, idle], 0.6)).toBe(home);
  });

  it('where there is most room beyond that', () => {
    const home = place('home', 0.6);
    expect(placeForViewer(home, [], [home, place('b', 0.3), idle], 0.6)).toBe(idle);
  });

  it('where the stream is led to already, rather than anywhere else', () => {
    const home = place('home', 0.7);
    const [carrier, other] = [place('carrier', 0.5), place('other', 0.55)];
    expect(placeForViewer(home, [other, carrier], [home, idle, carrier, other], 0.6)).toBe(carrier);
  });

  it('elsewhere once those are full too', () => {
    const home = place('home', 0.7);
    const carrier = place('carrier', 0.65);
    expect(placeForViewer(home, [carrier], [home, idle, carrier], 0.6)).toBe(idle);
  });

  it('at home when nobody has more room', () => {
    const home = place('home', 0.8);
    expect(placeForViewer(home, [], [home, place('b', 0.8), place('c', 0.97)], 0.6)).toBe(home);
    expect(placeForViewer(home, [], [home], 0.6)).toBe(home);
    expect(placeForViewer(home, [], [], 0.6)).toBe(home);
  });

  it('evenly from the first on, with a limit of 0', () => {
    const places = [place('home', 0, 1), place('b', 0, 0)];
    const [home] = places as [(typeof places)[0]];
    const counts = places.map(({ endpoints }) => endpoints);
    for (let count = 0; count < 10; count++) {
      const now = places.map((each, index) => ({ ...each, endpoints: counts[index] as number }));
      const chosen = placeForViewer(now[0] ?? home, [], now, 0);
      counts[now.indexOf(chosen)]! += 1;
    }
    expect(counts).toEqual([6, 5]);
  });
});

describe('the load of a process', () => {
  it('is what was measured, while nothing is added', () => {
    const load = new ProcessLoad();
    for (let count = 0; count < 100; count++) load.added();
    load.report(0.1);
    load.report(0.3);
    load.report(0.25);
    expect(load.projected).toBe(0.25);
  });

  it('counts those who have come since, and in the measured second, as much as the others cost', () => {
    const load = new ProcessLoad();
    for (let count = 0; count < 50; count++) load.added();
    load.report(0.3);
    load.report(0.3);
    load.report(0.5);
    for (let count = 0; count < 10; count++) load.added();
    expect(load.projected).toBeCloseTo(0.5 + 10 * 0.01);
    load.report(0.55);
    expect(load.projected).toBeCloseTo(0.55 + 10 * (0.55 / 50));
    load.report(0.6);
    expect(load.projected).toBe(0.6);
  });

  it('grows with every viewer of a storm, before anything is measured', () => {
    const loads = [new ProcessLoad(), new ProcessLoad()];
    for (let count = 0; count < 1000; count++) {
      const places = loads.map((load) => ({ load: load.projected, endpoints: load.endpoints, of: load }));
      placeForViewer(places[0]!, [], places, 0.6).of.added();
    }
    const [home, other] = loads.map(({ endpoints }) => endpoints) as [number, number];
    expect(home + other).toBe(1000);
    expect(Math.abs(home - other)).toBeLessThan(40);
  });

  it('counts who is about to come, and no one who has gone', () => {
    const load = new ProcessLoad();
    load.expected = 10;
    expect(load.projected).toBeCloseTo(0.03);
    load.expected = 0;
    for (let count = 0; count < 10; count++) load.added();
    for (let count = 0; count < 10; count++) load.removed();
    expect(load.projected).toBe(0);
    expect(load.endpoints).toBe(0);
  });

  it('takes a newcomer for no dearer than it can be, where little else explains the load', () => {
    const load = new ProcessLoad();
    load.added();
    load.report(0.9);
    load.report(0.9);
    load.report(0.9);
    load.added();
    expect(load.projected).toBeCloseTo(0.92);
  });
});

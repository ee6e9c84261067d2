import { describe, expect, it } from 'vitest';
import { LoadMeter } from '../../../src/worker/load-meter.js';

/** A loop on its own clock: each turn works, then waits. */
class Loop {
  readonly meter: LoadMeter;

  constructor(private now = 5000) {
    this.meter = new LoadMeter(now);
  }

  /** @param work ms of each turn @param wait ms of each turn @param duration ms */
  run(work: number, wait: number, duration: number): number {
    for (const end = this.now + duration; this.now < end - 1e-6; ) this.turn(work, wait);
    return this.meter.utilisation;
  }

  turn(work: number, wait: number): number {
    const before = this.now + work;
    this.now = before + wait;
    this.meter.waited(before, this.now);
    return this.meter.utilisation;
  }
}

describe('LoadMeter', () => {
  it('knows of no load at first', () => {
    expect(new LoadMeter(0).utilisation).toBe(0);
  });

  it.each([
    [0, 1],
    [1, 3],
    [5, 5],
    [0.09, 0.01],
    [1, 0],
  ])('comes to the share of work in turns of %d ms of work and %d ms of waiting', (work, wait) => {
    expect(new Loop().run(work, wait, 20_000)).toBeCloseTo(work / (work + wait), 3);
  });

  it('has taken in 63 % of a change after two seconds, and nearly all after ten', () => {
    const loop = new Loop();
    expect(loop.run(10, 0, 2000)).toBeCloseTo(1 - Math.exp(-1), 6);
    expect(loop.run(10, 0, 8000)).toBeCloseTo(1 - Math.exp(-5), 6);
    expect(loop.run(0, 10, 2000)).toBeCloseTo((1 - Math.exp(-5)) * Math.exp(-1), 6);
  });

  it('takes a stall for one second of work, however long it was', () => {
    const loop = new Loop();
    expect(loop.turn(60_000, 0)).toBeCloseTo(1 - Math.exp(-0.5), 6);
    expect(new Loop().turn(1000, 0)).toBeCloseTo(1 - Math.exp(-0.5), 6);
  });

  it('takes a wait that did not end for one second of waiting', () => {
    const loop = new Loop();
    const before = loop.run(10, 0, 10_000);
    expect(loop.turn(0, 60_000)).toBeCloseTo(before * Math.exp(-0.5), 6);
  });

  it('keeps the proportion of a turn that is too long', () => {
    expect(new Loop().turn(7500, 2500)).toBeCloseTo(0.75 * (1 - Math.exp(-0.5)), 6);
  });

  it('ignores a clock that stands still or goes back', () => {
    const meter = new LoadMeter(1000);
    meter.waited(1000, 1000);
    meter.waited(900, 950);
    expect(meter.utilisation).toBe(0);
    meter.waited(1200, 1200);
    expect(meter.utilisation).toBeCloseTo(1 - Math.exp(-0.1), 6);
  });
});

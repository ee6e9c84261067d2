import { expect, it } from 'vitest';
import { LoadMeter } from '../../../src/worker/load-meter.js';

it('tells what share of the time since the last time was not waited', () => {
  const meter = new LoadMeter(1000);
  meter.idle(300);
  meter.idle(450);
  expect(meter.measure(2000)).toBe(0.25);
  expect(meter.measure(2500)).toBe(1);
  meter.idle(100);
  expect(meter.measure(2600)).toBe(0);
});

it('stays a share whatever clocks do', () => {
  const meter = new LoadMeter(0);
  meter.idle(200);
  expect(meter.measure(100)).toBe(0);
  expect(meter.measure(100)).toBe(0);
});

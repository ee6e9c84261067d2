import { describe, expect, it } from 'vitest';
import { SilenceWatch } from '../../../src/ffmpeg/silence-watch.js';

describe('a child is hung', () => {
  it('when input has come for longer than the limit and output has not', () => {
    const watch = new SilenceWatch(1000);
    for (let now = 5000; now <= 6000; now += 100) expect(watch.input(now)).toBe(false);
    expect(watch.input(6001)).toBe(true);
  });

  it('not while output comes', () => {
    const watch = new SilenceWatch(1000);
    for (let now = 0; now <= 10_000; now += 100) {
      expect(watch.input(now)).toBe(false);
      if (now % 900 === 0) watch.output();
    }
  });

  it('counting from the first input after the last output', () => {
    const watch = new SilenceWatch(1000);
    watch.input(0);
    watch.output();
    for (let now = 300; now <= 1300; now += 500) expect(watch.input(now)).toBe(false);
    expect(watch.input(1301)).toBe(true);
  });

  it('not because of a pause in the input', () => {
    const watch = new SilenceWatch(1000);
    expect(watch.input(0)).toBe(false);
    for (let now = 501; now <= 100_000; now += 501) expect(watch.input(now)).toBe(false);
  });
});

import { describe, expect, it } from 'vitest';
import { CatchUp } from '../../../src/media/fast-start/catch-up.js';

const clockRate = 90_000;
const frame = 3000;
const duration = 250;
const ticks = 22_500;

/** The way of a viewer that joins at 1000 ms, `frames` after a key frame. */
function behind(frames: number, keyTimestamp = 1_000_000) {
  return new CatchUp(7, keyTimestamp, keyTimestamp + frames * frame, clockRate, 1000);
}

const unsigned = (value: number) => value >>> 0;

describe.each([1_000_000, 0xffff_ff00, 0xffff_0000, 0x7fff_ff00])('CatchUp from a key frame at %d', (key) => {
  it.each([
    0, 1, 2, 10, 29, 30, 90, 300,
  ])('shows %d frames of the past in a quarter of a second', (frames) => {
    const way = behind(frames, key);
    const present = frames * frame;
    const shown = Array.from({ length: frames + 20 }, (_, index) =>
      unsigned(way.shown(unsigned(key + index * frame))),
    );
    // The key frame is shown as if it were taken now, and each further frame later than the one before.
    expect(shown[0]).toBe(unsigned(key + present));
    for (const [index, timestamp] of shown.entries()) {
      const before = index === 0 ? unsigned((shown[0] as number) - 1) : (shown[index - 1] as number);
      expect((timestamp - before) | 0).toBeGreaterThan(0);
      if (index * frame >= present + ticks) expect(timestamp).toBe(unsigned(key + index * frame));
      // Never before it was taken, never later than the whole way.
      const lag = (timestamp - unsigned(key + index * frame)) | 0;
      expect(lag).toBeGreaterThanOrEqual(0);
      expect(lag).toBeLessThanOrEqual(present);
    }
  });

  it('has each frame go at the time its timestamp says', () => {
    const way = behind(60, key);
    for (let index = 0; index < 60; index += 1) {
      const timestamp = unsigned(key + index * frame);
      const passed = (unsigned(way.shown(timestamp) - unsigned(key + 60 * frame)) / clockRate) * 1000;
      expect(way.isDue(timestamp, 1000 + passed + 0.02)).toBe(true);
      if (index > 0) expect(way.isDue(timestamp, 1000 + passed - 0.02)).toBe(false);
    }
    expect(way.isDue(key, 1000)).toBe(true);
    expect(way.isDue(unsigned(key + 60 * frame + ticks), 1000 + duration - 1)).toBe(false);
    expect(way.isDue(unsigned(key + 60 * frame + ticks), 1000 + duration)).toBe(true);
  });
});

describe('CatchUp', () => {
  it('ends where both timelines meet', () => {
    const way = behind(30);
    const end = 1_000_000 + 30 * frame + ticks;
    expect(way.covers(end - 1)).toBe(true);
    expect(way.covers(end)).toBe(false);
    expect(way.shown(end)).toBe(end);
    expect(way.covers(1_000_000 - 1)).toBe(false);
  });

  it('passes timestamps on as they are where time runs backwards', () => {
    const way = new CatchUp(7, 5_000_000, 1_000_000, clockRate, 0);
    for (const timestamp of [1_000_000, 4_999_999, 5_000_000, 6_000_000]) {
      expect(way.shown(timestamp)).toBe(timestamp);
      expect(way.covers(timestamp)).toBe(false);
    }
  });

  it('keeps within its quarter of a second whatever the timestamps are', () => {
    for (const jump of [1, 89_999, 2 ** 28, 2 ** 31 - 30_000]) {
      const way = new CatchUp(7, 1000, 1000 + jump, clockRate, 0);
      for (const timestamp of [1000, 1001, 1000 + Math.floor(jump / 2), 1000 + jump]) {
        const ahead = (1000 + jump + ticks - unsigned(way.shown(timestamp))) | 0;
        expect(ahead).toBeGreaterThanOrEqual(0);
        expect(ahead).toBeLessThanOrEqual(ticks);
      }
    }
  });
});

import { describe, expect, it } from 'vitest';
import { outputSize } from '../../../../src/ffmpeg/index.js';

const hd = { width: 1280, height: 720 };

describe('the size of transcoded pictures', () => {
  it.each([
    [{}, { width: 1280, height: 720 }],
    [{ width: 640 }, { width: 640, height: 360 }],
    [{ height: 480 }, { width: 854, height: 480 }],
    [
      { width: 320, height: 320 },
      { width: 320, height: 320 },
    ],
    [
      { width: 641, height: 359 },
      { width: 642, height: 360 },
    ],
    [{ width: 100 }, { width: 100, height: 56 }],
    [
      { width: 16, height: 4096 },
      { width: 16, height: 4096 },
    ],
  ])('asked for as %j is %j', (asked, expected) => {
    expect(outputSize(hd, asked)).toEqual(expected);
  });

  it('is made even where the source’s is not', () => {
    expect(outputSize({ width: 641, height: 361 }, {})).toEqual({ width: 642, height: 362 });
  });

  it.each([
    { width: 0, height: 0 },
    { width: 0 },
    { width: 2 },
    { width: 14, height: 100 },
    { width: 4098 },
    { width: 20 },
    { height: -480 },
    { width: 1e9 },
    { width: Number.NaN },
    { height: Number.POSITIVE_INFINITY },
  ])('is none for %j', (asked) => {
    expect(outputSize(hd, asked)).toBeNull();
  });

  it('is none while the source has none', () => {
    expect(outputSize({ width: 0, height: 0 }, { width: 640 })).toBeNull();
    expect(outputSize({ width: 0, height: 0 }, {})).toBeNull();
  });
});

import { describe, expect, it } from 'vitest';
import { parseProvidersOptions } from '../../../bench/providers/options.mjs';
import { spread } from '../../../bench/providers/spread.mjs';
import { parseTranscodingOptions } from '../../../bench/transcoding/options.mjs';

describe('the benchmark of media providers', () => {
  it('measures all of them, or one', () => {
    expect(parseProvidersOptions([])).toMatchObject({ players: 6, seconds: 8, provider: undefined });
    expect(parseProvidersOptions(['--provider', 'MSE', '--players', '2'])).toMatchObject({
      provider: 'MSE',
      players: 2,
    });
    expect(parseProvidersOptions(['--help'])).toBeNull();
    for (const wrong of [
      ['--provider', 'Flash'],
      ['--players', '1'],
      ['--seconds', '0'],
    ])
      expect(() => parseProvidersOptions(wrong)).toThrow(wrong[0]);
  });

  it('tells what is usual, and how far it goes', () => {
    const values = Array.from({ length: 101 }, (_, index) => 100 - index);
    expect(spread(values)).toEqual({ count: 101, median: 50, least: 0, most: 100, p95: 95 });
    expect(() => spread([])).toThrow('nothing was measured');
  });
});

describe('the benchmark of transcoding', () => {
  it('takes the usual sizes and rates', () => {
    expect(parseTranscodingOptions([])).toMatchObject({ height: 360, rate: 30, seconds: 30 });
    expect(parseTranscodingOptions(['--height', '720', '--rate', '10'])).toMatchObject({
      height: 720,
      rate: 10,
    });
    for (const wrong of [
      ['--height', '721'],
      ['--rate', '1'],
      ['--snapshots', '0'],
    ])
      expect(() => parseTranscodingOptions(wrong)).toThrow(wrong[0]);
  });
});

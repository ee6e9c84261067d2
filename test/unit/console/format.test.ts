import { describe, expect, it } from 'vitest';
import * as format from '../../../console/format.js';

describe('figures as texts', () => {
  it.each([
    [0, '0 kbit/s'],
    [999_400, '999 kbit/s'],
    [999_600, '1.0 Mbit/s'],
    [99_940_000, '99.9 Mbit/s'],
    [250_400_000, '250 Mbit/s'],
    [1_500_000_000, '1.5 Gbit/s'],
  ])('%s bit/s', (value, text) => {
    expect(format.formatBitrate(value)).toBe(text);
  });

  it.each([
    [0, '0 %'],
    [0.0004, '< 0.1 %'],
    [0.012, '1.2 %'],
    [0.5, '50 %'],
  ])('%s of the packets', (value, text) => {
    expect(format.formatLoss(value)).toBe(text);
  });

  it.each([
    [0, '0 B'],
    [1000, '1.0 KiB'],
    [1024, '1.0 KiB'],
    [310_000_000, '296 MiB'],
    [5 * 1024 ** 5, '5120 TiB'],
  ])('%s bytes', (value, text) => {
    expect(format.formatBytes(value)).toBe(text);
  });

  it.each([
    [-5, '0 s'],
    [59_999, '59 s'],
    [61_000, '1 min 1 s'],
    [3_600_000, '1 h 0 min'],
    [90_000_000, '1 d 1 h'],
  ])('%s ms', (value, text) => {
    expect(format.formatDuration(value)).toBe(text);
  });

  it('of others', () => {
    expect(format.formatShare(1.267)).toBe('127 %');
    expect(format.formatDelay(24.6)).toBe('25 ms');
    expect(format.formatRate(29.97)).toBe('30 fps');
    expect(format.formatCount(12_345)).toBe('12,345');
    expect(format.formatSize(1280, 720)).toBe('1280 × 720');
    expect(format.formatSize(0, 0)).toBe('–');
  });

  it('say plainly what is not known', () => {
    const all = [
      format.formatBitrate,
      format.formatLoss,
      format.formatShare,
      format.formatDelay,
      format.formatRate,
      format.formatCount,
      format.formatBytes,
      format.formatDuration,
    ];
    for (const each of all) {
      for (const value of [null, undefined, Number.NaN, Number.POSITIVE_INFINITY])
        expect(each(value)).toBe('–');
    }
  });

  it('join what is known', () => {
    expect(format.joinKnown('H264', null, '–', '', 'opus')).toBe('H264 · opus');
    expect(format.joinKnown(null, undefined)).toBe('–');
  });
});

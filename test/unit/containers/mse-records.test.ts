import { describe, expect, it } from 'vitest';
import {
  mseAudioConfiguration,
  mseAudioFrame,
  mseVideoConfiguration,
  mseVideoFrame,
} from '../../../src/containers/index.js';
import { hex, random } from '../rtp/support.js';
import { join, text } from './support.js';

function squeeze(hexadecimal: string): string {
  return hexadecimal.replaceAll(' ', '');
}

/** Two SPS, one PPS. */
const AVC = hex('01 64001f ff e2 0004 6764001f 0005 67640020ac 01 0003 68ee3c');
/** What a High profile adds. */
const HIGH = hex('fd f8 f8 00');

describe('MSE records', () => {
  it('are type, time, length and payload', () => {
    expect(text(mseVideoFrame(0x01020304, true, hex('00000002 6588')))).toBe(
      squeeze('09 01020304 0000000b 17 01 000000 00000002 6588'),
    );
    expect(text(mseVideoFrame(40.5, false, hex('00000002 419a')))).toBe(
      squeeze('09 00000029 0000000b 27 01 000000 00000002 419a'),
    );
    expect(text(mseAudioConfiguration(21.4, hex('1190')))).toBe(squeeze('08 00000015 00000003 00 1190'));
    expect(text(mseAudioFrame(2 ** 32 + 5, hex('2122')))).toBe(squeeze('08 00000005 00000003 01 2122'));
  });

  it('have a configuration of the video that ends behind the last PPS', () => {
    expect(text(mseVideoConfiguration(3, AVC)!)).toBe(
      squeeze(`09 00000003 0000001e 17 00 000000 ${text(AVC)}`),
    );
    expect(text(mseVideoConfiguration(3, join(AVC, HIGH))!)).toBe(text(mseVideoConfiguration(3, AVC)!));
  });

  it.each([
    ['another version', AVC.with(0, 2)],
    ['lengths of two bytes', AVC.with(4, 0xfd)],
    ['no SPS', hex('01 64001f ff e0 01 0003 68ee3c')],
    ['no PPS', hex('01 64001f ff e1 0004 6764001f 00')],
    ['an empty SPS', hex('01 64001f ff e1 0000 01 0003 68ee3c')],
    ['an empty PPS', hex('01 64001f ff e1 0004 6764001f 01 0000')],
  ])('refuse a configuration with %s', (_what, record) => {
    expect(mseVideoConfiguration(0, record)).toBeNull();
  });

  it('refuse one that is cut short anywhere', () => {
    for (let length = 0; length < AVC.length; length++)
      expect(mseVideoConfiguration(0, AVC.slice(0, length))).toBeNull();
  });

  it('do not fail at a configuration of random bytes', () => {
    const next = random(7);
    let taken = 0;
    for (let round = 0; round < 3000; round++) {
      const record = AVC.slice();
      for (let change = 0; change < 2; change++)
        record[Math.floor(next() * record.length)] = Math.floor(next() * 256);
      const written = mseVideoConfiguration(0, record);
      if (!written) continue;
      taken++;
      expect(text(record).startsWith(text(written.subarray(14)))).toBe(true);
    }
    expect(taken).toBeGreaterThan(300);
    expect(taken).toBeLessThan(2700);
  });
});

import { describe, expect, it } from 'vitest';
import { SequenceUnwrapper, TimestampUnwrapper } from '../../../src/rtp/index.js';
import { random } from './support.js';

describe('SequenceUnwrapper', () => {
  it('puts the first number in the second cycle', () => {
    const unwrapper = new SequenceUnwrapper();
    expect(unwrapper.last).toBe(-1);
    expect(unwrapper.peek(7)).toBe(65543);
    expect(unwrapper.last).toBe(-1);
    expect(unwrapper.unwrap(7)).toBe(65543);
    expect(unwrapper.last).toBe(65543);
  });

  it('goes on over the wrap and back again', () => {
    const unwrapper = new SequenceUnwrapper();
    expect([65534, 65535, 0, 65535, 2, 1].map((number) => unwrapper.unwrap(number))).toEqual([
      131070, 131071, 131072, 131071, 131074, 131073,
    ]);
    expect(unwrapper.last).toBe(131074);
  });

  it('keeps what was reordered before the first positive', () => {
    const unwrapper = new SequenceUnwrapper();
    expect(unwrapper.unwrap(0)).toBe(65536);
    expect(unwrapper.unwrap(65535)).toBe(65535);
    expect(unwrapper.unwrap(32768)).toBe(32768);
    expect(unwrapper.last).toBe(65536);
  });

  it('takes 32767 ahead for newer and 32768 for older', () => {
    const unwrapper = new SequenceUnwrapper();
    unwrapper.unwrap(100);
    expect(unwrapper.peek(100 + 32767)).toBe(65636 + 32767);
    expect(unwrapper.peek(100 + 32768)).toBe(65636 - 32768);
  });

  it('starts over after a reset', () => {
    const unwrapper = new SequenceUnwrapper();
    unwrapper.unwrap(65535);
    unwrapper.unwrap(0);
    unwrapper.reset();
    expect(unwrapper.unwrap(3)).toBe(65539);
  });

  it('follows many cycles, out of order, past 32 bits', () => {
    const unwrapper = new SequenceUnwrapper();
    const next = random(2);
    unwrapper.unwrap(0);
    let index = 65536;
    let wrong = 0;
    while (index < 2 ** 32 + 200_000) {
      index += 1 + Math.floor(next() * 32_767);
      if (unwrapper.unwrap(index % 65536) !== index) wrong++;
      const older = index - Math.floor(next() * 32_768);
      if (unwrapper.unwrap(older % 65536) !== older) wrong++;
    }
    expect(wrong).toBe(0);
    expect(unwrapper.last).toBe(index);
  });
});

describe('TimestampUnwrapper', () => {
  it('unwraps 32 bits', () => {
    const unwrapper = new TimestampUnwrapper();
    expect(unwrapper.peek(0xffffff00)).toBe(0x1_ffff_ff00);
    expect(unwrapper.unwrap(0xffffff00)).toBe(0x1_ffff_ff00);
    expect(unwrapper.unwrap(0x100)).toBe(0x2_0000_0100);
    expect(unwrapper.unwrap(0xffffffff)).toBe(0x1_ffff_ffff);
    expect(unwrapper.last).toBe(0x2_0000_0100);
  });

  it('takes 2^31 - 1 ahead for newer and 2^31 for older', () => {
    const unwrapper = new TimestampUnwrapper();
    unwrapper.unwrap(0);
    expect(unwrapper.peek(0x7fffffff)).toBe(2 ** 32 + 0x7fffffff);
    expect(unwrapper.peek(0x80000000)).toBe(2 ** 32 - 0x80000000);
  });

  it('starts over after a reset', () => {
    const unwrapper = new TimestampUnwrapper();
    unwrapper.unwrap(5);
    unwrapper.reset();
    expect(unwrapper.last).toBe(-1);
    expect(unwrapper.unwrap(6)).toBe(2 ** 32 + 6);
  });
});

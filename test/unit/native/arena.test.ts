import { describe, expect, it } from 'vitest';
import { Arena, NativeFault } from '../../../src/native/index.js';
import { testArena } from './support/memory.js';

describe('Arena', () => {
  it('is memory that starts as zeros and keeps what is written', () => {
    const arena = testArena();
    const block = arena.allocate(1000);
    expect(arena.u8.subarray(block, block + 1000).every((byte) => byte === 0)).toBe(true);
    arena.view.setUint32(block, 0x01020304);
    expect([...arena.u8.subarray(block, block + 4)]).toEqual([1, 2, 3, 4]);
    expect(arena.i32[block >> 2]).toBe(0x04030201);
  });

  it('commits nothing before it is touched', () => {
    const before = process.memoryUsage.rss();
    const arena = new Arena(2 ** 30);
    expect(arena.size).toBe(2 ** 30);
    arena.u8[2 ** 30 - 1] = 1;
    expect(process.memoryUsage.rss() - before).toBeLessThan(64 * 2 ** 20);
  });

  it('gives released blocks of a class out again', () => {
    const arena = testArena();
    const first = arena.allocate(65);
    expect(arena.used).toBe(128);
    arena.release(first);
    expect(arena.used).toBe(0);
    expect(arena.allocate(128)).toBe(first);
  });

  it('aligns a block to its size, at most to a page', () => {
    const arena = testArena();
    for (const size of [1, 64, 100, 2000, 5000, 100_000, 3]) {
      const alignment = Math.min(4096, Math.max(64, 2 ** Math.ceil(Math.log2(size))));
      expect(arena.allocate(size) % alignment).toBe(0);
    }
  });

  it('never hands out overlapping blocks', () => {
    const arena = testArena();
    const blocks: [number, number][] = [];
    for (let round = 0; round < 500; round++) {
      const size = 1 + ((round * 7919) % 5000);
      const offset = arena.allocate(size);
      const overlapping = blocks.filter(
        ([start, length]) => offset < start + length && start < offset + size,
      );
      expect(overlapping).toEqual([]);
      blocks.push([offset, size]);
      if (round % 3 === 0) arena.release(blocks.shift()?.[0] as number);
    }
  });

  it('says -1 when it is exhausted, and for what is no size', () => {
    const arena = new Arena(65_536);
    expect(arena.allocate(65_537)).toBe(-1);
    expect(arena.allocate(32_768)).toBeGreaterThan(0);
    expect(arena.allocate(32_768)).toBe(-1);
    expect(arena.allocate(16_384)).toBeGreaterThan(0);
    for (let count = 0; count < 3; count++) expect(arena.allocate(4096)).toBeGreaterThan(0);
    expect(arena.allocate(1)).toBe(-1);
    expect(() => arena.require(1)).toThrow(NativeFault);
    for (const size of [0, -1, 1.5, Number.NaN, 2 ** 40]) expect(testArena().allocate(size)).toBe(-1);
  });

  it('refuses to release what is no live block', () => {
    const arena = testArena();
    const block = arena.allocate(64);
    arena.release(block);
    expect(() => arena.release(block)).toThrow(RangeError);
    expect(() => arena.release(block + 1)).toThrow(RangeError);
  });

  it('checks ranges', () => {
    const arena = new Arena(65_536);
    arena.check(0, 65_536);
    for (const [offset, length] of [
      [-1, 1],
      [0, -1],
      [65_536, 1],
      [1, 65_536],
      [Number.NaN, 1],
      [0, Number.NaN],
    ] as const) {
      expect(() => arena.check(offset, length)).toThrow(RangeError);
    }
  });

  it('refuses sizes whose offsets are no small integers', () => {
    for (const size of [0, -1, 2 ** 31, Number.NaN]) expect(() => new Arena(size)).toThrow(RangeError);
  });

  it('stays readable after close', () => {
    const arena = testArena();
    arena.u8[5] = 1;
    arena.close();
    expect(arena.u8[5]).toBe(0);
  });
});

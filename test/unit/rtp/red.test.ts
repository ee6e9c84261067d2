import { describe, expect, it } from 'vitest';
import { RedPayload } from '../../../src/rtp/index.js';
import { atEnd, cutEverywhere, followedBy, hex, PREFIX } from './support.js';

/** Blocks in front of the primary one as headers of 4 bytes: payload type, timestamp offset, length. */
function headers(...blocks: readonly (readonly [number, number, number])[]): Uint8Array {
  const bytes = new Uint8Array(4 * blocks.length);
  const view = new DataView(bytes.buffer);
  for (const [index, [payloadType, offset, length]] of blocks.entries())
    view.setUint32(4 * index, (0x8000_0000 | (payloadType << 24) | (offset << 10) | length) >>> 0);
  return bytes;
}

function join(...parts: readonly (Uint8Array | readonly number[])[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

/** Redundant blocks, then the primary one: its payload type, its offset in the payload, its length; null when refused. */
function read(bytes: Uint8Array) {
  return readIn(atEnd(bytes), PREFIX, bytes.length);
}

function readIn(memory: ReturnType<typeof atEnd>, offset: number, length: number) {
  const red = new RedPayload();
  if (!red.parse(memory, offset, length)) return null;
  return [red.redundantBlocks, red.primaryPayloadType, red.primaryOffset - offset, red.primaryLength];
}

describe('RedPayload', () => {
  it('finds the primary block as Chromium sends it: one block of 20 ms before, 5 bytes, then 3', () => {
    expect(read(hex('ef0f0005 | 6f | 0102030405 | a1a2a3'))).toEqual([1, 111, 10, 3]);
  });

  it('finds a primary block that is alone, or empty, and one behind empty blocks', () => {
    expect(read(hex('6f | a1a2'))).toEqual([0, 111, 1, 2]);
    expect(read(hex('6f'))).toEqual([0, 111, 1, 0]);
    expect(read(hex('ef0f0000 | 6f | a1'))).toEqual([1, 111, 5, 1]);
    expect(read(hex('ef0f0001 | 6f | 01'))).toEqual([1, 111, 6, 0]);
  });

  it('takes ten bits for a length, the largest timestamp offset beside them', () => {
    const longest = join(headers([111, 0x3fff, 1023]), [111], new Uint8Array(1023), [1, 2]);
    expect(read(longest)).toEqual([1, 111, 1028, 2]);
    expect(read(join(headers([111, 0x3fff, 0]), [5, 9]))).toEqual([1, 5, 5, 1]);
  });

  it('takes 31 redundant blocks, and not one more', () => {
    const blocks = (count: number) =>
      join(
        headers(...Array.from({ length: count }, () => [111, 960, 1] as const)),
        [111],
        Array(count).fill(7),
        [8],
      );
    expect(read(blocks(31))).toEqual([31, 111, 31 * 5 + 1, 1]);
    expect(read(blocks(32))).toBeNull();
    expect(read(new Uint8Array(1400).fill(0xff))).toBeNull();
  });

  it.each([
    ['nothing', ''],
    ['no primary block', 'ef0f0000'],
    ['a header cut short', 'ef0f00'],
    ['a second header cut short', 'ef0f0000 ef0f'],
    ['a block longer than the payload', 'ef0f0005 | 6f | 01020304'],
    ['blocks that are so together', 'ef0f0003 | ef0f0003 | 6f | 0102030405'],
  ])('refuses %s', (_what, text) => {
    expect(read(hex(text))).toBeNull();
  });

  it('reads nothing outside, wherever it is cut', () => {
    const whole = hex('ef1e0004 | ef0f0005 | 6f | 11121314 | 2122232425 | a1a2a3');
    const found = cutEverywhere(whole, readIn);
    for (const [length, result] of found.entries())
      expect(result).toEqual(length < 18 ? null : [2, 111, 18, length - 18]);
    expect(readIn(followedBy(whole, 0x80), PREFIX, whole.length)).toEqual([2, 111, 18, 3]);
  });
});

import { Arena } from '../../../../src/native/index.js';

/** A small arena for a test file. */
export function testArena(): Arena {
  return new Arena(8 * 2 ** 20);
}

export function put(arena: Arena, offset: number, bytes: Uint8Array | string): number {
  const data = typeof bytes === 'string' ? Buffer.from(bytes, 'hex') : bytes;
  arena.u8.set(data, offset);
  return data.length;
}

export function hex(arena: Arena, offset: number, length: number): string {
  return Buffer.from(arena.u8.subarray(offset, offset + length)).toString('hex');
}

import { concat, float64, idBytes, utf8 } from '../../ebml.js';

/** An element with a size of four bytes, which holds up to 256 MiB (RFC 8794 section 6) and can be written anew in its place. */
export function element(name: number, ...contents: readonly (Uint8Array | readonly number[])[]): Uint8Array {
  const size = contents.reduce((sum, part) => sum + part.length, 0);
  return concat([elementHead(name, size), ...contents]);
}

/** The size of an empty Void. */
export const voidHead = 5;

/** What stands before the contents of an element of this size. */
export function elementHead(name: number, size: number): number[] {
  return [...idBytes(name), 0x10 | ((size >>> 24) & 15), (size >>> 16) & 255, (size >>> 8) & 255, size & 255];
}

/** An unsigned integer of as many bytes as asked for. */
export function uint(name: number, value: number, bytes = 4): Uint8Array {
  const digits: number[] = [];
  for (let i = bytes - 1; i >= 0; i--) digits.push(Math.floor(value / 2 ** (8 * i)) & 255);
  return element(name, digits);
}

export const float = (name: number, value: number): Uint8Array => element(name, float64(value));

export const text = (name: number, value: string): Uint8Array => element(name, utf8(value));

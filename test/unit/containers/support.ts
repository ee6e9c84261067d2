import { expect } from 'vitest';
import { random } from '../rtp/support.js';

/** How a reader takes bytes; null when they are malformed. */
export type Push = (chunk: Uint8Array) => readonly unknown[] | null;

export function join(...parts: readonly (Uint8Array | readonly number[])[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

export function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

/** Gives new readers a stream in one piece, cut in two at every byte, byte by byte, and expects the same of all. */
export function expectWherever(make: () => Push, bytes: Uint8Array, expected: readonly unknown[]): void {
  expect(make()(bytes)).toEqual(expected);
  for (let cut = 0; cut <= bytes.length; cut++) {
    const push = make();
    const first = push(bytes.slice(0, cut));
    expect([...first!, ...push(bytes.slice(cut))!]).toEqual(expected);
  }
  const push = make();
  expect([...bytes].flatMap((byte) => push(Uint8Array.of(byte)))).toEqual(expected);
}

/**
 * Gives new readers a stream with some bytes changed, in chunks of some length, `rounds` times: none may throw.
 *
 * @returns how many chunks were taken for malformed
 */
export function pushHostile(seed: number, rounds: number, make: () => Push, bytes: Uint8Array): number {
  const next = random(seed);
  const below = (limit: number) => Math.floor(next() * limit);
  let malformed = 0;
  for (let round = 0; round < rounds; round++) {
    const push = make();
    const hostile = bytes.slice();
    for (let change = below(6); change >= 0; change--) hostile[below(hostile.length)] = below(256);
    for (let at = 0; at < hostile.length; ) {
      const end = at + 1 + below(20);
      if (push(hostile.subarray(at, end)) === null) malformed++;
      at = end;
    }
  }
  return malformed;
}

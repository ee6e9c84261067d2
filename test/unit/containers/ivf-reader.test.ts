import { describe, expect, it } from 'vitest';
import { type IvfFrame, IvfReader } from '../../../src/containers/index.js';
import { hex } from '../rtp/support.js';
import { expectWherever, join, pushHostile } from './support.js';

const LARGEST = 64;

/** "DKIF", version, header length; VP80, 320x240; ticks: 30000 to 1001 s; frames, unused. */
const HEADER = hex('444b4946 0000 2000 56503830 4001 f000 30750000 e9030000 00000000 00000000');

function frame(ticks: string, data: string, length = data.length / 2): Uint8Array {
  return join([length, 0, 0, 0], hex(ticks), hex(data));
}

const stream = join(
  HEADER,
  frame('0000000000000000', 'a1a2a3'),
  frame('1e00000000000000', ''),
  frame('0000000001000000', 'b1'),
);
const frames: IvfFrame[] = [
  { time: 0, data: hex('a1a2a3') },
  { time: 30 * (1_001_000 / 30_000), data: new Uint8Array() },
  { time: 2 ** 32 * (1_001_000 / 30_000), data: hex('b1') },
];

function make() {
  const reader = new IvfReader(LARGEST);
  return (chunk: Uint8Array) => reader.push(chunk);
}

function header(change: string, at: number): Uint8Array {
  const bytes = HEADER.slice();
  bytes.set(hex(change), at);
  return bytes;
}

describe('IvfReader', () => {
  it('reads frames and their times, wherever the stream is cut', () => {
    expectWherever(make, stream, frames);
  });

  it('gives data that later chunks do not change', () => {
    const push = make();
    const first = push(stream)!;
    push(frame('0000000000000000', '77'.repeat(LARGEST)));
    expect(first).toEqual(frames);
  });

  it('takes frames of the greatest length, and none that is longer by its header alone', () => {
    const longest = join(HEADER, frame('0000000000000000', '00'.repeat(LARGEST)));
    expect(make()(longest)?.[0]?.data.length).toBe(LARGEST);
    expect(make()(join(HEADER, frame('0000000000000000', '', LARGEST + 1)))).toBeNull();
  });

  it.each([
    ['another signature', header('45', 3)],
    ['another version', header('01', 4)],
    ['a longer header', header('21', 6)],
    ['no ticks a second', header('00000000', 16)],
    ['ticks without a length', header('00000000', 20)],
    ['a time below 0', join(HEADER, frame('ffffffffffffffff', ''))],
    ['a time past 2^53', join(HEADER, frame('0000000000002000', ''))],
  ])('refuses %s, and begins anew', (_what, bytes) => {
    const push = make();
    expect(push(bytes)).toBeNull();
    expect(push(stream)).toEqual(frames);
  });

  it('does not throw at bytes that were changed', () => {
    expect(pushHostile(2, 3000, make, stream)).toBeGreaterThan(1000);
  });
});

import { describe, expect, it } from 'vitest';
import { FlvReader, type FlvTag } from '../../../src/containers/index.js';
import { hex } from '../rtp/support.js';
import { expectWherever, join, pushHostile } from './support.js';

const LARGEST = 64;
const HEADER = hex('464c56 01 05 00000009 00000000');

function u32(value: number): number[] {
  return [24, 16, 8, 0].map((shift) => (value >>> shift) & 0xff);
}

/** A tag whose time has its high byte last. */
function tag(type: number, time: number, body: string | Uint8Array): Uint8Array {
  const bytes = typeof body === 'string' ? hex(body) : body;
  const [high = 0, ...low] = u32(time);
  return join([type, ...u32(bytes.length).slice(1), ...low, high, 0, 0, 0], bytes, u32(11 + bytes.length));
}

const stream = join(
  HEADER,
  tag(18, 0, '02000a6f6e4d65746144617461'),
  tag(9, 0, '17 00 000000 0142c01fff'),
  tag(8, 0, 'af 00 1190'),
  tag(9, 40, '17 01 000000 00000002 6588'),
  tag(8, 0x01_000005, 'af 01 2122'),
  tag(9, 0x01_000010, '27 01 000000 00000002 419a'),
  tag(9, 0x01_000010, '17 02 000000'),
);
const tags: FlvTag[] = [
  { kind: 'video', config: true, key: true, time: 0, data: hex('0142c01fff') },
  { kind: 'audio', config: true, key: true, time: 0, data: hex('1190') },
  { kind: 'video', config: false, key: true, time: 40, data: hex('00000002 6588') },
  { kind: 'audio', config: false, key: true, time: 0x01_000005, data: hex('2122') },
  { kind: 'video', config: false, key: false, time: 0x01_000010, data: hex('00000002 419a') },
];

function make() {
  const reader = new FlvReader(LARGEST);
  return (chunk: Uint8Array) => reader.push(chunk);
}

function times(...said: readonly number[]): number[] | undefined {
  return make()(join(HEADER, ...said.map((time) => tag(8, time, 'af 01 00'))))?.map((each) => each.time);
}

describe('FlvReader', () => {
  it('reads H.264 and AAC, wherever the stream is cut', () => {
    expectWherever(make, stream, tags);
  });

  it('gives data that later chunks do not change', () => {
    const push = make();
    const first = push(stream.slice())!;
    push(tag(8, 0, new Uint8Array(LARGEST).fill(0xaf).fill(1, 1, 2)));
    expect(first).toEqual(tags);
  });

  it('follows times over 2^31 ms, and before 0, as ffmpeg says them without a sign or others with one', () => {
    expect(times(0x7fff_ffeb, 0, 21)).toEqual([-21, 0, 21]);
    expect(times(0xffff_ffeb, 0)).toEqual([-21, 0]);
    expect(times(0x3fff_ffff, 0x7fff_fff0, 5, 0x4000_0000)).toEqual([
      0x3fff_ffff, 0x7fff_fff0, 0x8000_0005, 0xc000_0000,
    ]);
  });

  it('takes tags of the greatest length, and none that is longer by its header alone', () => {
    const body = (length: number) => new Uint8Array(length).fill(0xaf).fill(1, 1, 2);
    expect(make()(join(HEADER, tag(8, 0, body(LARGEST))))?.[0]?.data.length).toBe(LARGEST - 2);
    expect(make()(join(HEADER, tag(8, 0, body(LARGEST + 1)).subarray(0, 11)))).toBeNull();
  });

  it.each([
    ['another signature', hex('464c57 01 05 00000009 00000000')],
    ['another version', hex('464c56 02 05 00000009 00000000')],
    ['flags that are reserved', hex('464c56 01 07 00000009 00000000')],
    ['a longer header', hex('464c56 01 05 0000000a 00000000')],
    ['a tag before the first', hex('464c56 01 05 00000009 00000001')],
    ['a type that is unknown', join(HEADER, tag(10, 0, 'af 01 00'))],
    ['an encrypted tag', join(HEADER, tag(0x28, 0, 'af 01 00'))],
    ['another length behind a tag', join(HEADER, tag(8, 0, 'af 01 00').fill(0, 17))],
    ['MP3', join(HEADER, tag(8, 0, '2f 01 00'))],
    ['VP6', join(HEADER, tag(9, 0, '14 01 000000 00'))],
    ['a disposable frame', join(HEADER, tag(9, 0, '37 01 000000 00'))],
    ['a video header cut short', join(HEADER, tag(9, 0, '17 01 0000'))],
    ['an audio header cut short', join(HEADER, tag(8, 0, 'af'))],
    ['an empty tag', join(HEADER, tag(8, 0, ''))],
    ['another packet type of video', join(HEADER, tag(9, 0, '17 03 000000'))],
    ['another packet type of sound', join(HEADER, tag(8, 0, 'af 02 00'))],
  ])('refuses %s, and begins anew', (_what, bytes) => {
    const push = make();
    expect(push(bytes)).toBeNull();
    expect(push(stream)).toEqual(tags);
  });

  it('does not throw at bytes that were changed', () => {
    expect(pushHostile(1, 3000, make, stream)).toBeGreaterThan(1000);
  });
});

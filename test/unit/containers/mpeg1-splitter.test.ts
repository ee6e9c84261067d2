import { describe, expect, it } from 'vitest';
import { type Mpeg1Picture, Mpeg1Splitter } from '../../../src/containers/index.js';
import { hex } from '../rtp/support.js';
import { expectWherever, join, pushHostile } from './support.js';

const LARGEST = 100;
const SEQUENCE = hex('000001b3 1400f013 ffffe018');
const GROUP = hex('000001b8 00080000');
const END = hex('000001b7');

/** A picture of a type, with two slices; zeros behind them are stuffing. */
function picture(type: number, reference = 0): Uint8Array {
  const header = [reference >> 2, ((reference & 3) << 6) | (type << 3) | 7, 0xff, 0xf8];
  return join(hex('00000100'), header, hex('00000101 13f8 00010000 000001af 2b000000'));
}

const I = join(SEQUENCE, GROUP, picture(1));
const P = picture(2, 1);
const B = picture(3, 1023);
const stream = join(I, P, B, GROUP, picture(1, 2), P, END, I, END);
const pictures: Mpeg1Picture[] = [
  { type: 'I', key: true, data: I },
  { type: 'P', key: false, data: P },
  { type: 'B', key: false, data: B },
  { type: 'I', key: false, data: join(GROUP, picture(1, 2)) },
  { type: 'P', key: false, data: P },
  { type: 'I', key: true, data: I },
];

function make() {
  const splitter = new Mpeg1Splitter(LARGEST);
  return (chunk: Uint8Array) => splitter.push(chunk);
}

describe('Mpeg1Splitter', () => {
  it('splits a stream into pictures with the headers in front of them, wherever it is cut', () => {
    expectWherever(make, stream, pictures);
  });

  it('begins at the first header', () => {
    expectWherever(make, join(hex('00 000001 05 1234 000001b2 55 000001b7 00'), stream), pictures);
    expectWherever(make, join(hex('aa 0000'), P, P, P), [pictures[1], pictures[1]]);
  });

  it('is done with a picture when the next begins, or the stream ends', () => {
    const splitter = new Mpeg1Splitter(LARGEST);
    expect(splitter.push(I)).toEqual([]);
    expect(splitter.push(P.subarray(0, 3))).toEqual([]);
    expect(splitter.push(P.subarray(3, 4))).toEqual([pictures[0]]);
    expect(splitter.push(P.subarray(4))).toEqual([]);
    expect(splitter.end()).toEqual(pictures[1]);
    expect(splitter.end()).toBeNull();
    expect(splitter.push(I)).toEqual([]);
    expect(splitter.end()).toEqual(pictures[0]);
    expect(splitter.push(SEQUENCE)).toEqual([]);
    expect(splitter.end()).toBeNull();
  });

  it('gives data that later chunks do not change', () => {
    const push = make();
    const first = push(stream)!;
    push(new Uint8Array(LARGEST).fill(7));
    expect(first).toEqual(pictures);
  });

  it('keeps nothing of a stream without headers, however long', () => {
    const push = make();
    for (let round = 0; round < 100; round++) expect(push(new Uint8Array(LARGEST).fill(9))).toEqual([]);
    expect(push(stream)).toEqual(pictures);
  });

  it.each([
    ['a type that is unknown', join(picture(0), P)],
    ['another one', join(picture(5), P)],
    ['a picture cut short', join(hex('00000100 00'), P)],
    ['slices without a picture', join(SEQUENCE, P.subarray(8))],
    ['a picture that is too large, at its end', join(P, new Uint8Array(LARGEST - P.length + 1).fill(1), P)],
    ['one that is, before its end', join(P, new Uint8Array(LARGEST - P.length + 1).fill(1))],
    ['headers without an end', join(SEQUENCE, new Uint8Array(LARGEST).fill(1))],
  ])('refuses %s, and goes on at the next header', (_what, bytes) => {
    const push = make();
    expect(push(bytes)).toBeNull();
    expect(push(stream)).toEqual(pictures);
  });

  it('takes a picture of the greatest length', () => {
    const longest = join(P, new Uint8Array(LARGEST - P.length).fill(1));
    const push = make();
    expect(push(longest)).toEqual([]);
    expect(push(END)).toEqual([{ type: 'P', key: false, data: longest }]);
  });

  it('does not throw at bytes that were changed', () => {
    expect(pushHostile(3, 3000, make, stream)).toBeGreaterThan(100);
  });
});

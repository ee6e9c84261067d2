import { describe, expect, it } from 'vitest';
import { depacketizer } from '../../../src/rtp/index.js';
import { assembled, encodedFrames } from './encoded.js';
import { cutEverywhere, hex, hostile } from './support.js';

const of = (...payloads: string[]) => assembled('AV1', payloads.map(hex));
const plain = (text: string) => text.replace(/\s/g, '');

/** OBUs of a temporal unit in the low-overhead format, each without its size field, which takes one or two bytes. */
function withoutSizes(unit: Uint8Array): Uint8Array[] {
  const obus: Uint8Array[] = [];
  for (let at = 0; at < unit.length; ) {
    const sizeLength = unit[at + 1]! < 0x80 ? 1 : 2;
    const size = sizeLength === 1 ? unit[at + 1]! : (unit[at + 1]! & 0x7f) + 128 * unit[at + 2]!;
    const payload = at + 1 + sizeLength;
    obus.push(Uint8Array.from([unit[at]! & ~0x02, ...unit.subarray(payload, payload + size)]));
    at = payload + size;
  }
  return obus;
}

/** Each OBU in pieces of at most `size` bytes, one a packet. */
function fragmented(unit: Uint8Array, size: number): Uint8Array[] {
  return withoutSizes(unit).flatMap((obu) => {
    const pieces: Uint8Array[] = [];
    for (let at = 0; at < obu.length; at += size) {
      const continues = at > 0 ? 0x80 : 0;
      const continued = at + size < obu.length ? 0x40 : 0;
      pieces.push(Uint8Array.from([0x10 | continues | continued, ...obu.subarray(at, at + size)]));
    }
    return pieces;
  });
}

/** All OBUs in one packet, each with its length: W is 0. */
function aggregated(unit: Uint8Array): Uint8Array {
  const elements = withoutSizes(unit).flatMap((obu) => [0x80 | (obu.length & 0x7f), obu.length >> 7, ...obu]);
  return Uint8Array.from([0x00, ...elements]);
}

describe('AV1 temporal units of libaom', () => {
  it.each([...encodedFrames('AV1').entries()])('come whole out of any packets: %i', (_index, unit) => {
    const expected = Buffer.from(unit).toString('hex');
    for (const size of [1, 7, 300, 5000]) expect(assembled('AV1', fragmented(unit, size))).toBe(expected);
    expect(assembled('AV1', [aggregated(unit)])).toBe(expected);
  });

  it('are never read behind their end', () => {
    const assembler = depacketizer('AV1')!;
    for (const payload of [aggregated(encodedFrames('AV1')[1]!), hex('2803080102 3003')]) {
      const results = cutEverywhere(payload, (memory, offset, length) => {
        assembler.reset();
        return [assembler.add(memory, offset, length), assembler.finish()];
      });
      expect(results[0]).toEqual([false, null]);
      expect(results.at(-1)![0]).toBe(true);
    }
  });

  it('may be hostile', () => {
    const assembler = depacketizer('AV1')!;
    let made = 0;
    const fixtures = [
      ...fragmented(encodedFrames('AV1')[0]!, 400),
      hex('2803080102 3003'),
      hex('00 03080102 023003'),
    ];
    hostile(22, 10_000, fixtures, (memory, offset, length) => {
      const accepted = assembler.add(memory, offset, length);
      if (accepted && length % 3 !== 0) return;
      const frame = assembler.finish();
      if (!accepted) expect(frame).toBeNull();
      if (frame) made++;
    });
    expect(made).toBeGreaterThan(200);
  });
});

describe('AV1 payloads', () => {
  it.each([
    ['one OBU', ['10 30aabb'], '3202aabb'],
    ['two of them', ['20 02 0801 30aabb'], '0a0101 3202aabb'],
    ['two with lengths', ['00 02 0801 03 30aabb'], '0a0101 3202aabb'],
    ['a length of more bytes than it takes', ['00 82 00 0801'], '0a0101'],
    ['an OBU header alone', ['10 30', '10 08'], '3200 0a00'],
    ['an extension', ['10 3408 aabb'], '360802aabb'],
    ['a size field', ['10 3202aabb'], '3202aabb'],
    ['a size field of two bytes', ['10 328200aabb'], '328200aabb'],
    ['fragments', ['50 30aa', 'd0 bb', '90 cc'], '3203aabbcc'],
    ['fragments beside whole ones', ['60 02 0801 30aa', 'a0 01 bb 30cc'], '0a0101 3202aabb 3201cc'],
    ['a temporal delimiter', ['30 01 10 02 0801 30aa'], '0a0101 3201aa'],
    ['a temporal delimiter with size', ['20 02 1200 30aa'], '3201aa'],
    ['a tile list', ['20 03 40aabb 30aa'], '3201aa'],
  ])('become a temporal unit: %s', (_what, payloads, expected) => {
    expect(of(...payloads)).toBe(plain(expected));
  });

  it.each([
    ['nothing', ['']],
    ['an aggregation header alone', ['10']],
    ['an empty element', ['20 00 30aa']],
    ['an element longer than the packet', ['20 04 30aa']],
    ['a length that is cut', ['00 80']],
    ['a length that does not end', ['00 ffffffffffffffffff 30']],
    ['fewer elements than said', ['20 02 30aa']],
    ['a fragment without beginning', ['90 aa']],
    ['a fragment without end', ['50 30aa']],
    ['an end that does not come', ['50 30aa', '10 30bb']],
    ['a forbidden bit', ['10 b0aa']],
    ['an extension that is cut', ['10 34']],
    ['a size that is too long', ['10 3203aabb']],
    ['a size that is too short', ['10 3201aabb']],
    ['a temporal delimiter alone', ['10 10']],
  ])('are refused: %s', (_what, payloads) => {
    expect(of(...payloads)).toBeNull();
  });
});

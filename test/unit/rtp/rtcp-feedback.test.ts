import { describe, expect, it } from 'vitest';
import { memoryOf } from '../../../src/kit/index.js';
import {
  NullRtcpHandler,
  readRtcp,
  writeFir,
  writeNack,
  writePli,
  writeRemb,
} from '../../../src/rtp/index.js';
import { atEnd, cutEverywhere, hex, hostile, PREFIX, Recorder, random, toHex } from './support.js';

const nack = hex('81cd0004 00000001 deadbeef 1234 8001 fffe 0000');
const pli = hex('81ce0002 00000001 deadbeef');
const fir = hex('84ce0006 00000001 00000000 deadbeef 07000000 cafe0001 ff000000');
/** 2,500,000 bit/s: mantissa 156250, exponent 4. */
const remb = hex('8fce0006 00000001 00000000 52454d42 02 12625a deadbeef cafe0001');

function told(text: string | Uint8Array): unknown[][] | null {
  const bytes = typeof text === 'string' ? hex(text) : text;
  const recorder = new Recorder();
  if (readRtcp(atEnd(bytes), PREFIX, bytes.length, recorder)) return recorder.calls;
  expect(recorder.calls).toEqual([]);
  return null;
}

describe('reading feedback', () => {
  it('tells each entry of a NACK', () => {
    expect(told(nack)).toEqual([
      ['nack', 1, 0xdeadbeef, 0x1234, 0x8001],
      ['nack', 1, 0xdeadbeef, 0xfffe, 0],
    ]);
  });

  it('tells a picture loss', () => {
    expect(told(pli)).toEqual([['pli', 1, 0xdeadbeef]]);
  });

  it('tells each entry of a full intra request', () => {
    expect(told(fir)).toEqual([
      ['fir', 1, 0xdeadbeef, 7],
      ['fir', 1, 0xcafe0001, 255],
    ]);
  });

  it('tells an estimate', () => {
    expect(told(remb)).toEqual([['remb', 1, 2_500_000]]);
    expect(told('8fce0004 00000001 00000000 52454d42 00 03ffff')).toEqual([['remb', 1, 0x3ffff]]);
    expect(told('8fce0004 00000001 00000000 52454d42 00 fc0001')).toEqual([['remb', 1, 2 ** 63]]);
  });

  it('passes over formats it does not know', () => {
    expect(told('83cd0003 00000001 00000002 00000003')).toEqual([]);
    expect(told('82ce0003 00000001 00000002 00000003')).toEqual([]);
    expect(told('8fce0003 00000001 00000000 41424344')).toEqual([]);
  });

  it.each([
    ['transport feedback without sources', '81cd0001 00000001'],
    ['payload feedback without sources', '81ce0001 00000001'],
    ['a NACK without entries', '81cd0002 00000001 00000002'],
    ['a NACK with part of an entry', 'a1cd0004 00000001 00000002 12340000 00000002'],
    ['a full intra request without entries', '84ce0002 00000001 00000000'],
    ['a full intra request with half an entry', '84ce0003 00000001 00000000 00000002'],
    ['application layer feedback without a name', '8fce0002 00000001 00000000'],
    ['an estimate without the estimate', '8fce0003 00000001 00000000 52454d42'],
    [
      'an estimate with fewer sources than it counts',
      '8fce0005 00000001 00000000 52454d42 02 12625a deadbeef',
    ],
  ])('refuses %s', (_what, text) => {
    expect(told(text)).toBeNull();
  });

  it('reads nothing behind its end', () => {
    for (const fixture of [nack, pli, fir, remb]) {
      const results = cutEverywhere(fixture, (memory, offset, length) => {
        const recorder = new Recorder();
        return [readRtcp(memory, offset, length, recorder), recorder.calls.length > 0];
      });
      expect(results.pop()).toEqual([true, true]);
      for (const result of results) expect(result).toEqual([false, false]);
      // With the length field cut as well, what is missing is missing inside the packet.
      for (let words = 1; 4 * words < fixture.length; words++) {
        const shorter = fixture.slice(0, 4 * words);
        shorter[3] = words - 1;
        const calls = told(shorter);
        if (fixture === nack) expect(calls?.length ?? 0).toBe(Math.max(0, words - 3));
        else if (fixture === fir) expect(calls?.length ?? 0).toBe(words === 5 ? 1 : 0);
        else expect(calls).toBeNull();
      }
    }
  });

  it('survives hostile bytes', () => {
    const report = hex(`80c80006 ${'00000001'.repeat(6)} 81c90007 ${'00000002'.repeat(7)}`);
    const whole = [nack, pli, fir, remb, report];
    const compound = Uint8Array.from(whole.flatMap((bytes) => [...bytes]));
    let accepted = 0;
    hostile(3, 20_000, [...whole, compound], (memory, offset, length) => {
      if (readRtcp(memory, offset, length, new NullRtcpHandler())) accepted++;
    });
    expect(accepted).toBeGreaterThan(1000);
  });
});

describe('writing feedback', () => {
  const memory = memoryOf(new Uint8Array(2048));

  function written(length: number): unknown[][] {
    const recorder = new Recorder();
    expect(readRtcp(memory, 3, length, recorder)).toBe(true);
    return recorder.calls;
  }

  it('packs a NACK into bitmasks', () => {
    const sequences = Uint16Array.of(100, 101, 116, 117, 200);
    expect(writeNack(memory, 3, 1, 0xdeadbeef, sequences, 5)).toBe(24);
    expect(toHex(memory, 3, 24)).toBe('81cd000500000001deadbeef006480010075000000c80000');
  });

  it('packs over the wrap and takes no more than it is told to', () => {
    const sequences = Uint16Array.of(65530, 65535, 0, 10, 11);
    expect(writeNack(memory, 3, 1, 2, sequences, 4)).toBe(16);
    expect(written(16)).toEqual([['nack', 1, 2, 65530, (1 << 4) | (1 << 5) | (1 << 15)]]);
    expect(writeNack(memory, 3, 1, 2, sequences, 0)).toBe(0);
    expect(writeNack(memory, 3, 1, 2, Uint16Array.of(7, 7), 2)).toBe(16);
    expect(written(16)).toEqual([['nack', 1, 2, 7, 0]]);
  });

  it('names exactly the numbers it was given', () => {
    const next = random(4);
    for (let round = 0; round < 200; round++) {
      let sequence = Math.floor(next() * 65536);
      const lost = Array.from({ length: 1 + Math.floor(next() * 60) }, () => {
        sequence = (sequence + 1 + Math.floor(next() * next() * 40)) & 0xffff;
        return sequence;
      });
      const named: number[] = [];
      for (const call of written(writeNack(memory, 3, 1, 2, Uint16Array.from(lost), lost.length))) {
        const [, , , packetId, bitmask] = call as [string, number, number, number, number];
        named.push(packetId);
        for (let bit = 0; bit < 16; bit++) {
          if (bitmask & (1 << bit)) named.push((packetId + bit + 1) & 0xffff);
        }
      }
      expect(named).toEqual(lost);
    }
  });

  it('writes picture loss and full intra requests', () => {
    expect(writePli(memory, 3, 1, 0xdeadbeef)).toBe(12);
    expect(toHex(memory, 3, 12)).toBe(Buffer.from(pli).toString('hex'));
    expect(writeFir(memory, 3, 1, 0xdeadbeef, 0x1ff)).toBe(20);
    expect(toHex(memory, 3, 20)).toBe('84ce00040000000100000000deadbeefff000000');
    expect(written(20)).toEqual([['fir', 1, 0xdeadbeef, 255]]);
  });

  it('writes an estimate', () => {
    expect(writeRemb(memory, 3, 1, 2_500_000, [0xdeadbeef, 0xcafe0001])).toBe(28);
    expect(toHex(memory, 3, 28)).toBe(Buffer.from(remb).toString('hex'));
  });

  it.each([
    [0, 0],
    [-5, 0],
    [0x3ffff, 0x3ffff],
    [0x40000, 0x40000],
    [0x7ffff, 0x7fffe],
    [1_999_999.9, 1_999_992],
    [20_000_000_000, 20_000_000_000 - (20_000_000_000 % 2 ** 17)],
    [Number.POSITIVE_INFINITY, 2 ** 53 - 2 ** 35],
    [Number.NaN, 0],
  ])('rounds an estimate of %d down to 18 bits', (bitrate, read) => {
    expect(written(writeRemb(memory, 3, 1, bitrate, []))).toEqual([['remb', 1, read]]);
  });

  it('names at most 255 sources in an estimate', () => {
    const ssrcs = Array.from({ length: 300 }, (_, index) => index);
    const length = writeRemb(memory, 3, 1, 1000, ssrcs);
    expect(length).toBe(20 + 4 * 255);
    expect(written(length)).toEqual([['remb', 1, 1000]]);
  });
});

import { describe, expect, it } from 'vitest';
import { memoryOf } from '../../../src/kit/index.js';
import {
  readRtcp,
  writeDelaySinceLastReference,
  writeReceiverReferenceTime,
} from '../../../src/rtp/index.js';
import { atEnd, cutEverywhere, hex, hostile, PREFIX, Recorder, toHex } from './support.js';

const HEAD = 'deadbeef';
const TIME = '04000002 b44db705 20000000';
const DELAYS = '05000006 00000001 b7052000 00008000 cafe0001 00000000 ffffffff';
/** A statistics summary and a VoIP metrics block, of which nothing is told. */
const OTHERS = `06c00009 ${'00000007'.repeat(9)} 07000008 ${'00000009'.repeat(8)}`;
/** As libwebrtc answers, behind its sender report and name. */
const CHROMIUM = `80c80006 00000005 e0000000 80000000 00001000 00000001 000f4240
  81ca0003 00000005 0102 6162 00000000 80cf0005 00000005 05000003 00000001 b7052000 00000001`;

function told(text: string): unknown[][] | null {
  const bytes = hex(text);
  const recorder = new Recorder();
  if (readRtcp(atEnd(bytes), PREFIX, bytes.length, recorder)) return recorder.calls;
  expect(recorder.calls).toEqual([]);
  return null;
}

describe('reading extended reports', () => {
  it('tells the time of a receiver', () => {
    expect(told(`80cf0004 ${HEAD} ${TIME}`)).toEqual([['referenceTime', 0xdeadbeef, 0xb44db705, 0x20000000]]);
  });

  it('tells each echo of a time, and passes over blocks of other kinds', () => {
    const length = '001b';
    expect(told(`80cf${length} ${HEAD} ${OTHERS} ${DELAYS}`)).toEqual([
      ['referenceDelay', 0xdeadbeef, 1, 0xb7052000, 0x8000],
      ['referenceDelay', 0xdeadbeef, 0xcafe0001, 0, 0xffffffff],
    ]);
    expect(told(CHROMIUM)?.at(-1)).toEqual(['referenceDelay', 5, 1, 0xb7052000, 1]);
  });

  it('takes one without blocks, or with none in a block', () => {
    expect(told(`80cf0001 ${HEAD}`)).toEqual([]);
    expect(told(`80cf0002 ${HEAD} 05000000`)).toEqual([]);
  });

  it.each([
    ['without a source', '80cf0000'],
    ['whose block is longer than it', `80cf0004 ${HEAD} 04000003 00000001 00000002`],
    ['whose last block is of another kind and longer than it', `80cf0002 ${HEAD} ffff ffff`],
    ['with a time that is too short', `80cf0003 ${HEAD} 04000001 00000001`],
    ['with a time that is too long', `80cf0005 ${HEAD} 04000003 ${'00000001'.repeat(3)}`],
    ['with part of an echo', `80cf0006 ${HEAD} 05000004 ${'00000001'.repeat(4)}`],
    ['that is good at first and broken behind', `80cf0005 ${HEAD} ${TIME} 05000001`],
  ])('refuses one %s, and tells nothing of it', (_what, text) => {
    expect(told(text)).toBeNull();
  });

  it('is never read behind its end', () => {
    const bytes = hex(`80cf000b ${HEAD} ${TIME} ${DELAYS}`);
    const results = cutEverywhere(bytes, (memory, offset, length) => {
      const recorder = new Recorder();
      return [readRtcp(memory, offset, length, recorder), recorder.calls];
    });
    expect(results.flatMap((result, length) => (result[0] ? [length] : []))).toEqual([bytes.length]);
  });

  it('survives what is hostile', () => {
    let whole = 0;
    hostile(
      61,
      20_000,
      [hex(`80cf000b ${HEAD} ${TIME} ${DELAYS}`), hex(CHROMIUM)],
      (memory, offset, length) => {
        if (readRtcp(memory, offset, length, new Recorder())) whole += 1;
      },
    );
    expect(whole).toBeGreaterThan(100);
  });
});

describe('writing extended reports', () => {
  const memory = memoryOf(new Uint8Array(64));

  it('writes a time', () => {
    expect(writeReceiverReferenceTime(memory, 3, 0xdeadbeef, 0xb44db705, 0x20000000)).toBe(20);
    expect(toHex(memory, 3, 20)).toBe('80cf0004deadbeef04000002b44db70520000000');
  });

  it('writes an echo', () => {
    expect(writeDelaySinceLastReference(memory, 1, 5, 0xfffffffe, 0xb7052000, 0x8000)).toBe(24);
    expect(toHex(memory, 1, 24)).toBe('80cf00050000000505000003fffffffeb705200000008000');
  });
});

import { describe, expect, it } from 'vitest';
import { memoryOf } from '../../../src/kit/index.js';
import type { ReportBlock } from '../../../src/rtp/index.js';
import {
  readRtcp,
  writeBye,
  writeReceiverReport,
  writeSdesCname,
  writeSenderReport,
} from '../../../src/rtp/index.js';
import { atEnd, cutEverywhere, hex, PREFIX, Recorder, toHex } from './support.js';

const BLOCK = 'cafe0001 40 fffffe 0001fffe 00000123 b7052000 00054000';
const block: ReportBlock = {
  ssrc: 0xcafe0001,
  fractionLost: 0x40,
  cumulativeLost: -2,
  highestSequence: 0x0001fffe,
  jitter: 0x123,
  lastSenderReport: 0xb7052000,
  delaySinceLastSenderReport: 0x00054000,
};
const toldBlock = [0xcafe0001, 0x40, -2, 0x0001fffe, 0x123, 0xb7052000, 0x00054000];

const senderReport = hex(`81c8000c deadbeef b44db705 20000000 00010203 00000007 000003e8 ${BLOCK}`);
const receiverReport = hex(`82c9000d deadbeef ${BLOCK} ${BLOCK}`);
/** A sender report as ffmpeg 7 sends it. */
const ffmpegReport = hex('80c800062224b8deeeadb6f8eac08312c5c602070000000000000000');

function told(text: string | Uint8Array): unknown[][] | null {
  const bytes = typeof text === 'string' ? hex(text) : text;
  const recorder = new Recorder();
  if (readRtcp(atEnd(bytes), PREFIX, bytes.length, recorder)) return recorder.calls;
  expect(recorder.calls).toEqual([]);
  return null;
}

describe('reading reports', () => {
  it('tells a sender report and its blocks', () => {
    expect(told(senderReport)).toEqual([
      ['senderReport', 0xdeadbeef, 0xb44db705, 0x20000000, 0x00010203, 7, 1000],
      ['reportBlock', 0xdeadbeef, ...toldBlock],
    ]);
    expect(told(ffmpegReport)).toEqual([
      ['senderReport', 0x2224b8de, 0xeeadb6f8, 0xeac08312, 0xc5c60207, 0, 0],
    ]);
  });

  it('tells each block of a receiver report', () => {
    expect(told(receiverReport)).toEqual([
      ['reportBlock', 0xdeadbeef, ...toldBlock],
      ['reportBlock', 0xdeadbeef, ...toldBlock],
    ]);
    expect(told('80c90001 deadbeef')).toEqual([]);
  });

  it('reads the loss as signed 24 bits', () => {
    const losses = ['000000', '7fffff', '800000', 'ffffff'].map((loss) => {
      const calls = told(`81c90007 00000001 00000002 ff ${loss} ${'00000000'.repeat(4)}`);
      return [calls?.[0]?.[3], calls?.[0]?.[4]];
    });
    expect(losses).toEqual([
      [255, 0],
      [255, 8388607],
      [255, -8388608],
      [255, -1],
    ]);
  });

  it("passes over a report's profile-specific extension", () => {
    expect(told('80c90003 deadbeef 01020304 05060708')).toEqual([]);
  });

  it.each([
    ['a sender report too short for itself', '80c80005 deadbeef 00000001 00000002 00000003 00000004'],
    ['a sender report with fewer blocks than it counts', `81c80006 ${'00000001'.repeat(6)}`],
    ['a receiver report without reporter', '80c90000'],
    ['a receiver report with fewer blocks than it counts', `82c90007 deadbeef ${BLOCK}`],
    ['a goodbye with fewer sources than it counts', '82cb0001 deadbeef'],
  ])('refuses %s', (_what, text) => {
    expect(told(text)).toBeNull();
  });
});

describe('reading goodbyes', () => {
  it('tells each source and skips the reason', () => {
    expect(told('82cb0004 00000001 fffffffe 06 627965627965 00')).toEqual([
      ['bye', 1],
      ['bye', 0xfffffffe],
    ]);
    expect(told('80cb0000')).toEqual([]);
  });
});

describe('a compound', () => {
  const compound = hex(`
    80c90001 deadbeef
    81ca0003 deadbeef 01 04 61626364 00 00
    81cb0001 deadbeef`);

  it('is read in order, unknown packets skipped', () => {
    expect(told(compound)).toEqual([['bye', 0xdeadbeef]]);
    expect(told('80cc0002 00000001 41424344 | 80cf0001 00000001 | 81cb0001 00000005')).toEqual([['bye', 5]]);
    expect(told('80df0000 81cb0001 00000005')).toEqual([['bye', 5]]);
  });

  it('tells nothing when its lengths do not add up', () => {
    expect(told('81cb0001 00000001 | 81cb0002 00000001')).toBeNull();
    expect(told('81cb0001 00000001 | 81cb00')).toBeNull();
    expect(told('81cb0001 00000001 | 41cb0001 00000001')).toBeNull();
    expect(told('81cbffff 00000001')).toBeNull();
    expect(told('')).toBeNull();
    const recorder = new Recorder();
    for (const length of [-1, -4]) {
      expect(readRtcp(atEnd(compound), PREFIX, length, recorder)).toBe(false);
    }
    expect(recorder.calls).toEqual([]);
  });

  it('tells what precedes a packet that is malformed inside', () => {
    const recorder = new Recorder();
    const bytes = hex('81cb0001 00000001 | 82cb0001 00000002 | 81cb0001 00000003');
    expect(readRtcp(atEnd(bytes), PREFIX, bytes.length, recorder)).toBe(false);
    expect(recorder.calls).toEqual([['bye', 1]]);
  });

  it('knows padding, on any packet', () => {
    expect(told('a1cb0002 00000001 00000004 | 81cb0001 00000002')).toEqual([
      ['bye', 1],
      ['bye', 2],
    ]);
    expect(told('a0cb0001 00000001')).toEqual([]);
  });

  it.each([
    ['of zero', 'a1cb0002 00000001 00000000'],
    ['longer than the packet', 'a1cb0002 00000001 00000009'],
    ['over the header', 'a0ca0001 00000005'],
    ['without room for it', 'a0ca0000'],
    ['over what the packet needs', 'a1cb0002 00000001 00000005'],
  ])('refuses padding %s', (_what, text) => {
    expect(told(text)).toBeNull();
  });

  it('is never read behind its end', () => {
    for (const fixture of [senderReport, receiverReport, compound]) {
      const results = cutEverywhere(fixture, (memory, offset, length) => {
        const recorder = new Recorder();
        return [readRtcp(memory, offset, length, recorder), recorder.calls];
      });
      const whole = fixture === compound ? [8, 24, 32] : [fixture.length];
      const accepted = results.flatMap((result, length) => (result[0] ? [length] : []));
      expect(accepted).toEqual(whole);
    }
  });
});

describe('writing reports', () => {
  const memory = memoryOf(new Uint8Array(1024));

  it('writes a sender report', () => {
    expect(writeSenderReport(memory, 3, 0xdeadbeef, 0xb44db705, 0x20000000, 0xfffffffe, 7, 2 ** 32 + 5)).toBe(
      28,
    );
    expect(toHex(memory, 3, 28)).toBe('80c80006deadbeefb44db70520000000fffffffe0000000700000005');
  });

  it('writes receiver reports with and without blocks', () => {
    expect(writeReceiverReport(memory, 3, 0xdeadbeef, [], 0)).toBe(8);
    expect(toHex(memory, 3, 8)).toBe('80c90001deadbeef');
    expect(writeReceiverReport(memory, 3, 0xdeadbeef, [block, block, block], 2)).toBe(56);
    expect(toHex(memory, 3, 56)).toBe(Buffer.from(receiverReport).toString('hex'));
  });

  it('writes as many blocks as there are, at most 31', () => {
    expect(writeReceiverReport(memory, 0, 1, [block], 5)).toBe(32);
    expect(writeReceiverReport(memory, 0, 1, Array<ReportBlock>(40).fill(block), 40)).toBe(8 + 31 * 24);
    const recorder = new Recorder();
    expect(readRtcp(memory, 0, 8 + 31 * 24, recorder)).toBe(true);
    expect(recorder.calls).toHaveLength(31);
  });

  it('clamps the loss', () => {
    for (const [lost, read] of [
      [10_000_000, 0x7fffff],
      [-10_000_000, -0x800000],
    ] as const) {
      writeReceiverReport(memory, 0, 1, [{ ...block, cumulativeLost: lost, fractionLost: 255 }], 1);
      const recorder = new Recorder();
      readRtcp(memory, 0, 32, recorder);
      expect(recorder.calls[0]?.slice(3, 5)).toEqual([255, read]);
    }
  });

  it.each([
    [0, '81ca0002deadbeef01000000'],
    [1, '81ca0002deadbeef01016100'],
    [2, '81ca0003deadbeef0102616100000000'],
    [5, '81ca0003deadbeef0105616161616100'],
  ])('writes a canonical name of %i bytes', (length, expected) => {
    memory.u8.fill(0x77);
    const written = writeSdesCname(memory, 2, 0xdeadbeef, new Uint8Array(length).fill(0x61));
    expect(toHex(memory, 2, written)).toBe(expected);
    expect(memory.u8[2 + written]).toBe(0x77);
  });

  it('cuts a canonical name at 255 bytes', () => {
    const written = writeSdesCname(memory, 0, 1, new Uint8Array(300).fill(0x61));
    expect(written).toBe(268);
    expect(memory.u8[9]).toBe(255);
    expect(toHex(memory, 264, 4)).toBe('61000000');
    expect(readRtcp(memory, 0, written, new Recorder())).toBe(true);
  });

  it('writes a goodbye', () => {
    expect(writeBye(memory, 1, 0xdeadbeef)).toBe(8);
    expect(toHex(memory, 1, 8)).toBe('81cb0001deadbeef');
  });
});

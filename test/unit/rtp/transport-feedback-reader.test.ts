import { describe, expect, it } from 'vitest';
import { MAX_FEEDBACK_STATUSES, NullRtcpHandler, readRtcp } from '../../../src/rtp/index.js';
import { atEnd, cutEverywhere, hex, hostile, PREFIX, Recorder } from './support.js';

/** A message with `words` behind the two SSRCs, its length field set. */
function message(text: string): Uint8Array {
  const bytes = hex(`8fcd0000 00000001 deadbeef ${text}`);
  new DataView(bytes.buffer).setUint16(2, bytes.length / 4 - 1);
  return bytes;
}

function told(bytes: Uint8Array): unknown[][] | null {
  const recorder = new Recorder();
  if (readRtcp(atEnd(bytes), PREFIX, bytes.length, recorder)) return recorder.calls;
  expect(recorder.calls).toEqual([]);
  return null;
}

/** The received flags of a message, '1' and '0', and its deltas. */
function summary(bytes: Uint8Array): [string, unknown[]] {
  const packets = told(bytes)?.slice(1) ?? [];
  return [
    packets.map((packet) => (packet[2] ? '1' : '0')).join(''),
    packets.filter((packet) => packet[2]).map((packet) => packet[3]),
  ];
}

/** Two-bit vector, run of lost, one-bit vector of which 3 symbols count; deltas of both sizes. */
const mixed = message('fffe 000d 800001 2a | c950 | 0003 | 9400 | 8000 01 02 03 04');

describe('reading transport-wide feedback', () => {
  it('tells every packet', () => {
    expect(told(mixed)).toEqual([
      ['feedback', 0xfffe, 13, -0x7fffff, 0x2a],
      ['packet', 0xfffe, false, 0],
      ['packet', 0xffff, true, -32768],
      ['packet', 0, true, 1],
      ['packet', 1, true, 2],
      ['packet', 2, true, 3],
      ['packet', 3, false, 0],
      ['packet', 4, false, 0],
      ['packet', 5, false, 0],
      ['packet', 6, false, 0],
      ['packet', 7, false, 0],
      ['packet', 8, false, 0],
      ['packet', 9, true, 4],
      ['packet', 10, false, 0],
    ]);
  });

  it("reads the run of the draft's 3.1.3: 221 lost packets", () => {
    const [received, deltas] = summary(message('0000 00de 000000 00 | 00dd | 2001 | 07 000000'));
    expect(received).toBe(`${'0'.repeat(221)}1`);
    expect(deltas).toEqual([7]);
  });

  it("reads the one-bit vector of the draft's 3.1.4", () => {
    const [received, deltas] = summary(message('0000 000e 000000 00 | 9f1c | 0102030405060708 0000'));
    expect(received).toBe('01111100011100');
    expect(deltas).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('reads runs of small and large deltas', () => {
    expect(summary(message('0000 0003 000000 00 | 2003 | ff 00 80 000000'))).toEqual(['111', [255, 0, 128]]);
    expect(summary(message('0000 0002 000000 00 | 4002 | 7fff ffff 0000'))).toEqual(['11', [32767, -1]]);
  });

  it('reads the reference time as signed 24 bits', () => {
    const times = ['7fffff', '800000', 'ffffff'].map((time) =>
      told(message(`0000 0001 ${time} ff | 2001 | 00 00`))?.[0]?.slice(3),
    );
    expect(times).toEqual([
      [8388607, 255],
      [-8388608, 255],
      [-1, 255],
    ]);
  });

  it('ignores symbols and runs beyond the count, reserved ones too', () => {
    expect(summary(message('0000 0002 000000 00 | d7ff | 01 02'))).toEqual(['11', [1, 2]]);
    expect(summary(message('0000 0001 000000 00 | 3fff | 09 00'))).toEqual(['1', [9]]);
  });

  it("accepts libwebrtc's padding, 1 to 3 bytes with the padding bit", () => {
    const padded = message('0000 0001 000000 00 | 2001 | 07 01');
    padded[0] = 0xaf;
    expect(summary(padded)).toEqual(['1', [7]]);
    padded[padded.length - 1] = 2;
    expect(told(padded)).toBeNull();
  });

  it.each([
    ['no packets', '0000 0000 000000 00 | 2001 | 00 00'],
    ['no chunk', '0000 0001 000000 00'],
    ['fewer statuses than it counts', '0000 001d 000000 00 | 8000 | 8000'],
    ['only runs of nothing', '0000 0001 000000 00 | 2000 | 2000 | 0000 | 0000'],
    ['fewer deltas than it received', '0000 0003 000000 00 | 2003 | 01 02'],
    ['half of a large delta', '0000 0002 000000 00 | d800 | 01 02'],
    ['a run of the reserved symbol', '0000 0001 000000 00 | 6001 | 0000'],
    ['the reserved symbol in a vector', '0000 0002 000000 00 | dc00 | 0000 0000 0000'],
  ])('refuses a message with %s', (_what, text) => {
    expect(told(message(text))).toBeNull();
  });

  it('refuses a message cut short of its header', () => {
    expect(told(message('0000 0001'))).toBeNull();
    expect(told(message(''))).toBeNull();
  });

  it('bounds what few bytes can ask for', () => {
    const most = MAX_FEEDBACK_STATUSES.toString(16).padStart(4, '0');
    expect(told(message(`0000 ${most} 000000 00 | 1fff | 0001`))).toHaveLength(1 + MAX_FEEDBACK_STATUSES);
    const more = (MAX_FEEDBACK_STATUSES + 1).toString(16).padStart(4, '0');
    expect(told(message(`0000 ${more} 000000 00 | 1fff | 0002`))).toBeNull();
    expect(told(message(`0000 ffff 000000 00 ${'| 1fff'.repeat(10)}`))).toBeNull();
  });

  it('reads nothing behind its end', () => {
    const accepted = cutEverywhere(mixed, (memory, offset, length) => {
      return readRtcp(memory, offset, length, new NullRtcpHandler());
    });
    expect(accepted).toEqual([...Array(mixed.length).fill(false), true]);
    // With the length field cut as well, what is missing is missing inside the packet.
    for (let words = 1; 4 * words < mixed.length; words++) {
      const shorter = mixed.slice(0, 4 * words);
      shorter[3] = words - 1;
      expect(told(shorter)).toBeNull();
    }
  });

  it('survives hostile bytes', () => {
    const runs = message(
      '0000 0014 000000 00 | 2003 | 000a | 4007 | 010203 | 0001 0002 0003 0004 0005 0006 0007 00',
    );
    let accepted = 0;
    let told = 0;
    class Counter extends NullRtcpHandler {
      override onTransportFeedbackPacket(sequence: number, received: boolean, deltaTicks: number): void {
        told++;
        if (sequence < 0 || sequence > 0xffff || (!received && deltaTicks !== 0))
          throw new Error('impossible');
      }
    }
    const handler = new Counter();
    hostile(5, 20_000, [mixed, runs], (memory, offset, length) => {
      if (readRtcp(memory, offset, length, handler)) accepted++;
    });
    expect(accepted).toBeGreaterThan(1000);
    expect(told).toBeGreaterThan(1000);
  });
});

import { describe, expect, it } from 'vitest';
import { memoryOf } from '../../../src/kit/index.js';
import {
  MAX_FEEDBACK_STATUSES,
  MIN_FEEDBACK_LIMIT,
  NullRtcpHandler,
  readRtcp,
  transportFeedbackCount,
  writeTransportFeedback,
} from '../../../src/rtp/index.js';
import { random, toHex } from './support.js';

const OFFSET = 3;
const lost = Number.NaN;
const memory = memoryOf(new Uint8Array(20_000));

function ringOf(base: number, times: readonly number[], size = 64): Float64Array {
  const ring = new Float64Array(size).fill(lost);
  for (const [index, time] of times.entries()) ring[(base + index) & (size - 1)] = time;
  return ring;
}

/** Writes feedback about `times` and gives it as hex, behind its two SSRCs. */
function feedback(base: number, times: readonly number[], limit?: number): string {
  memory.u8.fill(0x77);
  const ring = ringOf(base, times);
  const written = writeTransportFeedback(
    memory,
    OFFSET,
    1,
    0xdeadbeef,
    base,
    ring,
    63,
    times.length,
    9,
    limit,
  );
  if (written === 0) {
    expect(memory.u8.every((byte) => byte === 0x77)).toBe(true);
    return '';
  }
  expect(memory.u8[OFFSET + written]).toBe(0x77);
  expect(memory.u8[OFFSET - 1]).toBe(0x77);
  expect(memory.view.getUint16(OFFSET + 2)).toBe(written / 4 - 1);
  expect(toHex(memory, OFFSET, 2)).toBe('8fcd');
  expect(toHex(memory, OFFSET + 4, 8)).toBe('00000001deadbeef');
  return toHex(memory, OFFSET + 12, written - 12);
}

function bytes(text: string): string {
  return text.replace(/[\s|]/g, '');
}

/** Puts the packets told back onto the sender's clock, in ticks of 250 µs; null for lost. */
class Clock extends NullRtcpHandler {
  readonly arrivals = new Map<number, number | null>();
  private ticks = 0;

  override onTransportFeedback(_base: number, _count: number, referenceTime: number): void {
    this.ticks = referenceTime * 256;
  }

  override onTransportFeedbackPacket(sequence: number, received: boolean, deltaTicks: number): void {
    this.ticks += deltaTicks;
    this.arrivals.set(sequence, received ? this.ticks : null);
  }
}

describe('exact bytes', () => {
  it('run of small deltas', () => {
    // 4000, 4001 and 4040 ticks; the reference is 15 of 256, 3840 ticks.
    expect(feedback(0x1234, [1000, 1000.25, 1010])).toBe(
      bytes('1234 0003 00000f 09 | 2003 | a0 01 27 | 000000'),
    );
  });

  it("the one-bit vector of the draft's 3.1.4", () => {
    const times = [lost, 64, 65, 66, 67, 68, lost, lost, lost, 70, 71, 72, lost, lost];
    expect(feedback(0, times)).toBe(bytes('0000 000e 000001 09 | 9f1c | 00 04 04 04 04 08 04 04 | 0000'));
  });

  it('two-bit vector: lost, large, three small, two lost', () => {
    const times = [lost, 64, 264, 264.25, 264.5, 264.75, lost, lost];
    expect(feedback(5, times)).toBe(bytes('0005 0008 000001 09 | c654 | 0001 | 00 0320 01 01 01 | 0000'));
  });

  it("the run of the draft's 3.1.3: 221 lost packets", () => {
    const times = [64, ...Array<number>(221).fill(lost)];
    const ring = ringOf(0, times, 256);
    const written = writeTransportFeedback(memory, OFFSET, 1, 2, 0, ring, 255, 222, 0);
    // The first 14 are cheaper as a vector, since that speaks of 13 of the lost ones too.
    expect(toHex(memory, OFFSET + 12, written - 12)).toBe(
      bytes('0000 00de 000001 00 | a000 | 00d0 | 00 000000'),
    );
    writeTransportFeedback(memory, OFFSET, 1, 2, 1, ringOf(1, [...times.slice(1), 64], 256), 255, 222, 0);
    expect(toHex(memory, OFFSET + 12, 16)).toBe(bytes('0001 00de 000001 00 | 00dd | 2001 | 00 000000'));
  });

  it('a packet that arrived before the one it follows', () => {
    expect(feedback(0xffff, [1000, 999])).toBe(bytes('ffff 0002 00000f 09 | d800 | a0 fffc | 000000'));
  });

  it('the widest deltas', () => {
    const [first, small, large] = [64, 64 + 255 / 4, 64 + 255 / 4 + 32767 / 4];
    expect(feedback(0, [first, small, large, large - 8192])).toBe(
      bytes('0000 0004 000001 09 | d680 | 00 ff 7fff 8000'),
    );
    expect(feedback(0, [64, 128])).toBe(bytes('0000 0002 000001 09 | d800 | 00 0100 | 000000'));
  });

  it('rounds times, so that errors do not add up', () => {
    const times = Array.from({ length: 30 }, (_, index) => 64 + index * 0.1);
    // 0, 0.4, 0.8, 1.2, 1.6 … ticks round to 0, 0, 1, 1, 2 …
    expect(feedback(0, times)).toBe(bytes(`0000 001e 000001 09 | 201e | ${'0000010001'.repeat(6)}`));
  });

  it('takes the reference time modulo 24 bits', () => {
    const hours = 2 ** 24 * 64;
    expect(feedback(0, [hours * 1600 + 64.25])).toBe(bytes('0000 0001 000001 09 | 2001 | 01 00'));
    expect(feedback(0, [hours - 64])).toBe(bytes('0000 0001 ffffff 09 | 2001 | 00 00'));
    expect(feedback(0, [-0.25])).toBe(bytes('0000 0001 ffffff 09 | 2001 | ff 00'));
  });

  it('chooses a run before a large delta over a two-bit vector', () => {
    const times = [...Array.from({ length: 8 }, (_, index) => 64 + index), 1000];
    expect(feedback(0, times)).toBe(
      bytes(`0000 0009 000001 09 | 2008 | 4001 | 00 ${'04'.repeat(7)} 0e84 0000`),
    );
  });
});

describe('what one message covers', () => {
  const covered = () => transportFeedbackCount(memory, OFFSET);

  it('nothing when nothing was received', () => {
    expect(feedback(0, [lost, lost, lost])).toBe('');
    expect(feedback(0, [])).toBe('');
  });

  it('the packets before one that arrived too long after its predecessor', () => {
    expect(feedback(0, [64, lost, 64 + 8191.75, 70])).not.toBe('');
    expect(covered()).toBe(4);
    expect(feedback(0, [64, lost, 64 + 8192, 70])).toBe(bytes('0000 0002 000001 09 | a000 | 00 00'));
    expect(covered()).toBe(2);
    expect(feedback(0, [9000, 64])).toBe(bytes('0000 0001 00008c 09 | 2001 | a0 00'));
  });

  it('as many as fit in the limit', () => {
    const times = Array.from({ length: 40 }, (_, index) => 64 + index);
    expect(feedback(0, times, MIN_FEEDBACK_LIMIT)).toBe(
      bytes(`0000 000a 000001 09 | 200a | 00 ${'04'.repeat(9)}`),
    );
    expect(feedback(0, times, MIN_FEEDBACK_LIMIT + 3)).toHaveLength(2 * (MIN_FEEDBACK_LIMIT - 12));
    expect(feedback(0, times, MIN_FEEDBACK_LIMIT - 1)).toBe('');
    feedback(0, times, 20 + 2 + 40 + 2);
    expect(covered()).toBe(40);
    feedback(0, times, 60);
    expect(covered()).toBe(38);
  });

  it('a received packet after the longest loss, in the smallest limit', () => {
    const size = 16_384;
    const times = [...Array<number>(MAX_FEEDBACK_STATUSES - 1).fill(lost), 64];
    const ring = ringOf(7, times, size);
    const written = writeTransportFeedback(
      memory,
      OFFSET,
      1,
      2,
      7,
      ring,
      size - 1,
      size,
      0,
      MIN_FEEDBACK_LIMIT,
    );
    expect(toHex(memory, OFFSET + 12, written - 12)).toBe(
      bytes('0007 2000 000001 00 | 1fff | 2001 | 00 000000'),
    );
    expect(covered()).toBe(MAX_FEEDBACK_STATUSES);
  });

  it('no packet twice, when asked for more than the ring holds', () => {
    const ring = new Float64Array(16).fill(64);
    writeTransportFeedback(memory, OFFSET, 1, 2, 0, ring, 15, 100, 0);
    expect(covered()).toBe(16);
  });
});

describe('round trip', () => {
  it('gives back every arrival, in as many messages as it takes', () => {
    const next = random(6);
    const size = 1024;
    for (let round = 0; round < 300; round++) {
      const limit = MIN_FEEDBACK_LIMIT + Math.floor(next() * 300);
      const lossRate = next() ** 2;
      const spread = [1, 60, 300, 9000][round % 4] as number;
      const count = 1 + Math.floor(next() * 400);
      let base = Math.floor(next() * 65536) + 65536 * (round % 3);
      let time = 1.7e12 + next() * 1e6;
      const times = Array.from({ length: count }, () => {
        time += (next() - 0.1) * spread * (next() < 0.9 ? 0.1 : 1);
        return next() < lossRate ? lost : time;
      });
      const ring = ringOf(base, times, size);
      const clock = new Clock();
      const expected = new Map<number, number | null>();
      let left = count;
      while (left > 0) {
        const written = writeTransportFeedback(memory, OFFSET, 1, 2, base, ring, size - 1, left, 0, limit);
        const covered = written === 0 ? left : transportFeedbackCount(memory, OFFSET);
        expect(written).toBeLessThanOrEqual(limit);
        expect(covered).toBeGreaterThan(0);
        if (written > 0) {
          expect(readRtcp(memory, OFFSET, written, clock)).toBe(true);
          for (let sequence = base; sequence < base + covered; sequence++) {
            const arrival = ring[sequence & (size - 1)] as number;
            const ticks = Number.isNaN(arrival) ? null : Math.round(4 * arrival) % 2 ** 32;
            expected.set(sequence & 0xffff, ticks);
          }
        } else {
          expect(times.slice(count - left).every(Number.isNaN)).toBe(true);
        }
        base += covered;
        left -= covered;
      }
      const told = [...clock.arrivals].map(([sequence, ticks]) => [
        sequence,
        ticks === null ? null : (ticks + 2 ** 32) % 2 ** 32,
      ]);
      expect(told).toEqual([...expected]);
    }
  });
});

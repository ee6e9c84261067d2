import { describe, expect, it } from 'vitest';
import { Reception } from '../../../src/media/report/reception.js';

const ssrc = 0xbead0001;
/** As SequenceUnwrapper gives them: one cycle up. */
const cycle = 65_536;

function receive(reception: Reception, sequences: readonly number[]): void {
  for (const sequence of sequences) reception.packet(cycle + sequence, 0, 0);
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

describe('Reception: loss (RFC 3550 appendix A.3)', () => {
  it('is nothing for a whole row', () => {
    const reception = new Reception(90_000);
    receive(reception, range(100, 199));
    const report = reception.makeReport(ssrc, 0);
    expect(report).toMatchObject({ ssrc, fractionLost: 0, cumulativeLost: 0, highestSequence: 199 });
    expect(reception.lost).toBe(0);
  });

  it('is the fraction of the interval in 256ths, and the sum of all', () => {
    const reception = new Reception(90_000);
    // 10 expected, 3 lost: 3 · 256 / 10 = 76.8
    receive(reception, [100, 101, 103, 104, 106, 107, 109]);
    expect(reception.makeReport(ssrc, 0)).toMatchObject({ fractionLost: 76, cumulativeLost: 3 });
    // 20 expected, 1 lost: 256 / 20 = 12.8
    receive(reception, [...range(110, 118), ...range(120, 129)]);
    expect(reception.makeReport(ssrc, 0)).toMatchObject({ fractionLost: 12, cumulativeLost: 4 });
    receive(reception, range(130, 139));
    expect(reception.makeReport(ssrc, 0)).toMatchObject({ fractionLost: 0, cumulativeLost: 4 });
  });

  it('goes down when what was lost comes after all, and is never a negative fraction', () => {
    const reception = new Reception(90_000);
    receive(reception, [100, 102, 104]);
    expect(reception.makeReport(ssrc, 0)).toMatchObject({ fractionLost: 102, cumulativeLost: 2 });
    receive(reception, [101, 105]);
    expect(reception.makeReport(ssrc, 0)).toMatchObject({ fractionLost: 0, cumulativeLost: 1 });
    receive(reception, [103]);
    expect(reception.lost).toBe(0);
  });

  it('is 255 at most when all but one of many are lost', () => {
    const reception = new Reception(90_000);
    receive(reception, [100]);
    reception.makeReport(ssrc, 0);
    receive(reception, [100 + 3000]);
    expect(reception.makeReport(ssrc, 0)).toMatchObject({ fractionLost: 255, cumulativeLost: 2999 });
  });

  it('is no fraction when nothing came since the last report', () => {
    const reception = new Reception(90_000);
    receive(reception, [100, 102]);
    reception.makeReport(ssrc, 0);
    expect(reception.makeReport(ssrc, 0)).toMatchObject({ fractionLost: 0, cumulativeLost: 1 });
  });

  it('counts the cycles of the sequence number', () => {
    const reception = new Reception(90_000);
    receive(reception, [65_534, 65_535, 65_536, 65_537]);
    expect(reception.makeReport(ssrc, 0)).toMatchObject({ highestSequence: 0x1_0001, cumulativeLost: 0 });
  });

  it('does not count packets reordered before the first as more than were expected', () => {
    const reception = new Reception(90_000);
    receive(reception, [100, 99, 98, 101]);
    expect(reception.lost).toBe(0);
    expect(reception.makeReport(ssrc, 0)).toMatchObject({ fractionLost: 0, cumulativeLost: 0 });
  });

  it('is clamped to the 24 bits of its field', () => {
    const reception = new Reception(90_000);
    receive(reception, [0, 0x100_0000]);
    expect(reception.makeReport(ssrc, 0).cumulativeLost).toBe(0x7f_ffff);
  });

  it('reports a source that has sent nothing yet as one that lost nothing', () => {
    const reception = new Reception(90_000);
    expect(reception.makeReport(ssrc, 0)).toMatchObject({ cumulativeLost: 0, highestSequence: 0 });
    receive(reception, range(100, 109));
    expect(reception.makeReport(ssrc, 0)).toMatchObject({ fractionLost: 0, cumulativeLost: 0 });
    receive(reception, [111]);
    expect(reception.makeReport(ssrc, 0).fractionLost).toBe(128);
  });
});

describe('Reception: jitter (RFC 3550 appendix A.8)', () => {
  const jitterOf = (reception: Reception) => reception.makeReport(ssrc, 0).jitter;

  it('is 0 for packets that come as regularly as they were made', () => {
    const reception = new Reception(8000);
    for (let index = 0; index < 50; index += 1) reception.packet(index, index * 160, 500 + index * 20);
    expect(jitterOf(reception)).toBe(0);
  });

  it('follows the worked example', () => {
    const reception = new Reception(8000);
    reception.packet(1, 0, 0);
    // 5 ms late: D = 40; J = 40 / 16 = 2.5
    reception.packet(2, 160, 25);
    expect(jitterOf(reception)).toBe(2);
    // Back in time: D = −40; J = 2.5 + (40 − 2.5) / 16 = 4.84375
    reception.packet(3, 320, 40);
    expect(jitterOf(reception)).toBe(4);
    // 20 ms late: D = 160; J = 4.84375 + (160 − 4.84375) / 16 = 14.541…
    reception.packet(4, 480, 80);
    expect(jitterOf(reception)).toBe(14);
  });

  it('is not disturbed by a timestamp that wraps', () => {
    const reception = new Reception(8000);
    for (let index = 0; index < 50; index += 1) {
      reception.packet(index, (0xffff_ff00 + index * 160) % 2 ** 32, 1e9 + index * 20);
    }
    expect(jitterOf(reception)).toBe(0);
  });

  it('leaves out what comes late, whose delay is the retransmission’s', () => {
    const reception = new Reception(8000);
    for (const index of [0, 1, 3, 4, 5]) reception.packet(index, index * 160, index * 20);
    reception.packet(2, 320, 240);
    reception.packet(6, 960, 120);
    expect(jitterOf(reception)).toBe(0);
  });
});

describe('Reception: echo of sender reports (RFC 3550 section 6.4.1)', () => {
  it('gives the middle of the report’s NTP time and how long ago it came', () => {
    const reception = new Reception(8000);
    receive(reception, [1]);
    expect(reception.makeReport(ssrc, 5000)).toMatchObject({
      lastSenderReport: 0,
      delaySinceLastSenderReport: 0,
    });
    // The example of RFC 3550 figure 2: n = b44db705:20000000, echoed as b705:2000, 5.25 s later 0005:4000
    reception.senderReport(0xb44d_b705, 0x2000_0000, 1000);
    expect(reception.makeReport(ssrc, 6250)).toMatchObject({
      lastSenderReport: 0xb705_2000,
      delaySinceLastSenderReport: 0x0005_4000,
    });
  });
});

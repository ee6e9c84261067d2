import { describe, expect, it } from 'vitest';
import { difference, distribution } from '../../../bench/delay/distribution.mjs';
import { parseDelayOptions } from '../../../bench/delay/options.mjs';
import { parseRecords, passage } from '../../../bench/delay/passage.mjs';
import { table, verdict } from '../../../bench/delay/table.mjs';
import { sinceStamp, writeStamp } from '../../../bench/peers/stamp.mjs';

const millisecond = 1e6;
const frameNs = 33 * millisecond;
const perFrame = 4;

interface Noted {
  time: number;
  source: number;
  timestamp: number;
  sequence: number;
  marker: boolean;
  leg: number;
}

/** Packet `number` on a leg: as published when `shift` is 0. */
function noted(number: number, leg: number, shift: number, time: number, source = 9): Noted {
  const frame = Math.floor(number / perFrame);
  const sequence = (65_500 + number + shift) & 0xffff;
  const marker = number % perFrame === perFrame - 1;
  return { time, source, timestamp: (0xffff_f000 + frame * 3000) >>> 0, sequence, marker, leg };
}

const sentAt = (number: number): number =>
  Math.floor(number / perFrame) * frameNs + (number % perFrame) * 1000;

/** `count` packets that reach two viewers 2 and 3 ms later, numbered anew for each. */
function run(count: number): Noted[] {
  const records: Noted[] = [];
  for (let number = 0; number < count; number += 1) {
    records.push(noted(number, 0, 0, sentAt(number)));
    records.push(noted(number, 1, 777, sentAt(number) + 2 * millisecond, 21));
    records.push(noted(number, 2, -65_000, sentAt(number) + 3 * millisecond, 22));
  }
  return records;
}

describe('distribution', () => {
  it('takes the nearest rank', () => {
    const values = Array.from({ length: 2000 }, (_, index) => 2000 - index);
    expect(distribution(values)).toEqual({ count: 2000, p50: 1000, p99: 1980, p999: 1998, max: 2000 });
    expect(values[0]).toBe(2000);
    expect(distribution([7])).toEqual({ count: 1, p50: 7, p99: 7, p999: 7, max: 7 });
    expect(distribution([10, 9])).toMatchObject({ p50: 9, p99: 10 });
  });

  it('says of nothing that it is no number', () => {
    expect(distribution([])).toEqual({ count: 0, p50: NaN, p99: NaN, p999: NaN, max: NaN });
  });

  it('subtracts one from another', () => {
    expect(difference(distribution([5, 6]), distribution([1, 4]))).toEqual({
      p50: 4,
      p99: 2,
      p999: 2,
      max: 2,
    });
  });
});

describe('stamp', () => {
  it('tells the time since a packet was sent, to the nanosecond', () => {
    const packet = Buffer.alloc(100);
    const sent = 9_007_199_254_740_993_123n;
    writeStamp(packet, sent);
    expect(sinceStamp(packet, sent + 1_500_001n)).toBe(1_500_001);
  });

  it('leaves the header and the number at the end alone', () => {
    const packet = Buffer.alloc(100);
    writeStamp(packet, 2n ** 64n - 1n);
    expect(packet.subarray(0, 88).equals(Buffer.alloc(88))).toBe(true);
    expect(packet.subarray(96).equals(Buffer.alloc(4))).toBe(true);
  });

  it('knows no time of a packet without one, of the future, or too short', () => {
    expect(sinceStamp(Buffer.alloc(100), 10n ** 12n)).toBeNaN();
    const packet = Buffer.alloc(100);
    writeStamp(packet, 2000n);
    expect(sinceStamp(packet, 1999n)).toBeNaN();
    expect(sinceStamp(Buffer.alloc(11), 1n)).toBeNaN();
  });
});

describe('parseRecords', () => {
  it('reads what the tap writes', () => {
    const bytes = Buffer.alloc(48 + 5);
    bytes.writeBigInt64LE(1_795_000_000_000_000_001n, 0);
    bytes.writeBigInt64LE(1_795_000_000_000_000_501n, 24);
    bytes.writeUInt32LE(0xffff_fffe, 32);
    bytes.writeUInt32LE(0x8000_0000, 36);
    bytes.writeUInt16LE(65_535, 40);
    bytes.set([0x80 | 102, 3], 42);
    const second = {
      time: 500,
      source: 0xffff_fffe,
      timestamp: 0x8000_0000,
      sequence: 65_535,
      marker: true,
      leg: 3,
    };
    const records = parseRecords(bytes);
    expect(records).toHaveLength(2);
    expect(records[0]).toMatchObject({ time: 0, marker: false, leg: 0 });
    expect(records[1]).toEqual(second);
  });
});

describe('passage', () => {
  it('finds each packet again under its new number, across the wrap-around', () => {
    const { delays, ...rest } = passage(run(200), 2, 0);
    expect(rest).toEqual({ expected: 400, lost: 0, foreign: 0 });
    expect(delays.map((values) => new Set(values))).toEqual([new Set([2]), new Set([3])]);
  });

  it('counts what is lost, once, and what comes twice, not at all', () => {
    const records = run(200).filter(
      ({ leg, sequence }) => leg !== 1 || sequence !== ((65_500 + 50 + 777) & 0xffff),
    );
    records.push(noted(60, 2, -65_000, sentAt(90), 22));
    const { delays, lost, foreign } = passage(records, 2, 10 * millisecond);
    expect([lost, foreign]).toEqual([1, 0]);
    expect(Math.max(...(delays[1] ?? []))).toBe(3);
  });

  it('does not count what went in before the window or at its end', () => {
    const records = run(200).filter(({ leg, time }) => leg > 0 || time >= sentAt(8));
    const { expected, lost, foreign } = passage(records, 2, 40 * millisecond);
    expect([expected, lost, foreign]).toEqual([(200 - 8 - 2 * perFrame) * 2, 0, 0]);
  });

  it.each([
    ['a number that is not the next', { sequence: 5 }],
    ['another source', { source: 23 }],
    ['another timestamp', { timestamp: 1 }],
  ])('tells a packet with %s', (_, change) => {
    const records = run(200);
    const index = records.findIndex(({ leg, time }) => leg === 2 && time > sentAt(180));
    records[index] = { ...(records[index] as Noted), ...change };
    const { lost, foreign } = passage(records, 2, 40 * millisecond);
    expect([lost, foreign]).toEqual([1, 1]);
  });

  it('has lost everything when no viewer got anything', () => {
    const records = run(200).filter(({ leg }) => leg === 0);
    expect(passage(records, 2, 0)).toEqual({ delays: [[], []], expected: 400, lost: 400, foreign: 0 });
  });

  it('refuses more packets than sequence numbers tell apart', () => {
    const records = Array.from({ length: 65_537 }, (_, number) => noted(number, 0, 0, number));
    expect(() => passage(records, 1, 0)).toThrow(RangeError);
  });
});

describe('options', () => {
  it('has an idle case and one of 20,000 packets/s', () => {
    const cases = parseDelayOptions([])?.cases ?? [];
    expect(cases.map(({ viewers, rate }) => viewers * rate)).toEqual([30, 20_000]);
    expect(parseDelayOptions(['--help'])).toBeNull();
  });

  it.each([
    [['--rate', '2000', '--seconds', '31'], 'cannot be told apart'],
    [['--viewers', '0'], 'no whole number'],
    [['--size', '1301'], 'no whole number'],
    [['--color'], 'Unknown option'],
  ])('refuses %j', (args, message) => {
    expect(() => parseDelayOptions(args)).toThrow(message);
  });
});

describe('verdict', () => {
  const values = { count: 1000, p50: 0.1, p99: 0.3, p999: 0.5, max: 1 };
  const calm = {
    case: { viewers: 50, probes: 2, rate: 400, size: 1200 },
    least: values,
    server: values,
    byProbe: [values, values],
    added: { p50: 0, p99: 0, p999: 0, max: 0 },
    whole: values,
    packets: { expected: 1000, lost: 0, foreign: 0, unstamped: 0 },
    leastPackets: { expected: 1000, lost: 0, foreign: 0 },
    forwarded: 20_000,
    urgent: true,
    publisher: { refused: 0, worstDelay: 1 },
    usage: {
      load: { 'media process': 0.1 },
      queued: { 'media process': 0.01 },
      machine: { busy: 0.2, stolen: 0, others: 0.01 },
    },
  };

  it('trusts a calm run', () => {
    expect(verdict(calm)).toEqual({ wrong: [], doubtful: [] });
    expect(table([calm])).toContain('20000');
  });

  it.each([
    [{ usage: { ...calm.usage, load: { 'media process': 0.81 } } }, 'its own queue'],
    [{ usage: { ...calm.usage, queued: { 'media process': 0.06 } } }, 'waited for a core'],
    [{ usage: { ...calm.usage, machine: { busy: 0.95, stolen: 0, others: 0 } } }, 'saturated'],
    [{ usage: { ...calm.usage, machine: { busy: 0.5, stolen: 0, others: 0.06 } } }, 'something else'],
    [{ usage: { ...calm.usage, machine: { busy: 0.5, stolen: 0.01, others: 0 } } }, 'hypervisor'],
    [{ least: { ...values, p99: 2.1 } }, 'even the forwarder'],
    [{ packets: { ...calm.packets, lost: 2 } }, 'were lost'],
    [{ leastPackets: { ...calm.leastPackets, lost: 2 } }, 'the forwarder lost'],
    [{ publisher: { refused: 1, worstDelay: 1 } }, 'could not send'],
  ])('doubts %j', (change, reason) => {
    const { wrong, doubtful } = verdict({ ...calm, ...change });
    expect([wrong.length, doubtful.length, doubtful[0]]).toEqual([0, 1, expect.stringContaining(reason)]);
  });

  it('calls wrong what no busy machine explains', () => {
    const { wrong } = verdict({ ...calm, packets: { ...calm.packets, foreign: 1, unstamped: 1 } });
    expect(wrong).toHaveLength(2);
  });
});

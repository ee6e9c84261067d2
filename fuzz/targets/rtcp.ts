import { type Memory, memoryOf } from '../../src/kit/index.js';
import {
  MAX_FEEDBACK_STATUSES,
  type RtcpHandler,
  readRtcp,
  writeBye,
  writeDelaySinceLastReference,
  writeFir,
  writeNack,
  writePli,
  writeReceiverReferenceTime,
  writeReceiverReport,
  writeRemb,
  writeSenderReport,
} from '../../src/rtp/index.js';
import { Digest, GuardedMemory } from '../engine/guarded-memory.js';
import { type FuzzTarget, promise } from '../engine/target.js';
import { fromHex } from './seeds.js';

const MAX_LENGTH = 1500;
const copy = memoryOf(new Uint8Array(65_536));

/** Everything that a compound says, as it is told. */
class Teller implements RtcpHandler {
  readonly told: [string, ...number[]][] = [];
  onSenderReport = (...values: number[]): unknown => this.told.push(['sr', ...values]);
  onReportBlock = (...values: number[]): unknown => this.told.push(['block', ...values]);
  onNack = (...values: number[]): unknown => this.told.push(['nack', ...values]);
  onPli = (...values: number[]): unknown => this.told.push(['pli', ...values]);
  onFir = (...values: number[]): unknown => this.told.push(['fir', ...values]);
  onRemb = (...values: number[]): unknown => this.told.push(['remb', ...values]);
  onBye = (...values: number[]): unknown => this.told.push(['bye', ...values]);
  onReceiverReferenceTime = (...values: number[]): unknown => this.told.push(['rrtr', ...values]);
  onDelaySinceLastReference = (...values: number[]): unknown => this.told.push(['dlrr', ...values]);
  onTransportFeedback = (): void => {};
  onTransportFeedbackPacket = (): void => {};
}

/** The same, and cheap, for all of a message's thousands of packets. */
class Counter implements RtcpHandler {
  digest = new Digest();
  packets = 0;
  private note(kind: number, values: readonly number[]): void {
    this.digest.add(kind);
    for (const value of values) {
      promise(Number.isFinite(value), 'a number that is none');
      this.digest.add(value);
    }
  }
  onSenderReport = (...values: number[]): void => this.note(1, values);
  onReportBlock = (...values: number[]): void => this.note(2, values);
  onNack = (...values: number[]): void => this.note(3, values);
  onPli = (...values: number[]): void => this.note(4, values);
  onFir = (...values: number[]): void => this.note(5, values);
  onRemb = (...values: number[]): void => this.note(6, values);
  onBye = (...values: number[]): void => this.note(7, values);
  onReceiverReferenceTime = (...values: number[]): void => this.note(9, values);
  onDelaySinceLastReference = (...values: number[]): void => this.note(10, values);
  onTransportFeedback(base: number, count: number, time: number, number: number): void {
    promise(count > 0 && count <= MAX_FEEDBACK_STATUSES, 'a count out of bounds');
    this.packets += count;
    this.note(8, [base, count, time, number]);
  }
  onTransportFeedbackPacket(sequence: number, received: boolean, delta: number): void {
    this.packets -= 1;
    this.digest.add(sequence).add(received).add(delta);
  }
}

function tell(memory: Memory, offset: number, length: number): number {
  const counter = new Counter();
  const whole = readRtcp(memory, offset, length, counter);
  promise(counter.packets === 0, 'feedback on other packets than it announced');
  return counter.digest.add(whole).value;
}

function read(memory: Memory, length: number): Teller['told'] {
  const teller = new Teller();
  promise(readRtcp(memory, 0, length, teller), 'what was written is refused');
  return teller.told;
}

/** Writes what was told anew, where it can be: it must be told again. */
function rewrite(input: Uint8Array): void {
  const teller = new Teller();
  if (!readRtcp(memoryOf(input), 0, input.length, teller)) return;
  for (const [kind, a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] of teller.told.slice(0, 8)) {
    const first = [kind, a, b, c, d, e, f, ...(kind === 'block' ? [g, h] : [])];
    let length = 0;
    if (kind === 'sr') length = writeSenderReport(copy, 0, a, b, c, d, e, f);
    else if (kind === 'block') {
      const block = { ssrc: b, fractionLost: c, cumulativeLost: d, highestSequence: e, jitter: f };
      const blocks = [{ ...block, lastSenderReport: g, delaySinceLastSenderReport: h }];
      length = writeReceiverReport(copy, 0, a, blocks, 1);
    } else if (kind === 'nack') {
      const lost = [c, ...bits(d).map((bit) => (c + bit + 1) & 0xffff)];
      length = writeNack(copy, 0, a, b, Uint16Array.from(lost), lost.length);
    } else if (kind === 'pli') length = writePli(copy, 0, a, b);
    else if (kind === 'fir') length = writeFir(copy, 0, a, b, c);
    else if (kind === 'remb') {
      // Of an estimate beyond 2^53 nobody needs the last bits.
      if (b > Number.MAX_SAFE_INTEGER) continue;
      length = writeRemb(copy, 0, a, b, []);
    } else if (kind === 'rrtr') length = writeReceiverReferenceTime(copy, 0, a, b, c);
    else if (kind === 'dlrr') length = writeDelaySinceLastReference(copy, 0, a, b, c, d);
    else length = writeBye(copy, 0, a);
    const told = read(copy, length).at(-1) as (string | number)[];
    const same = told.every((value, index) => value === (first[index] ?? 0));
    promise(same, `${first.join(' ')} becomes ${told.join(' ')}`);
  }
}

function bits(mask: number): number[] {
  return Array.from({ length: 16 }, (_, bit) => bit).filter((bit) => (mask & (1 << bit)) !== 0);
}

const REPORT = '00000011' + '7f00000a' + '00010203' + '00000020' + '11112222' + '00008000';
const SEEDS = {
  sr: `81c8000c00000001e0000000800000000000100000000100000f4240${REPORT}`,
  rr: `81c9000700000001${REPORT}`,
  bye: '82cb00020000000100000002',
  nack: '81cd000400000001000000020010800100200000',
  twcc: '8fcd0008000000010000000200010009000102032009d4005555' + '0102030405060708' + '0000',
  pli: '81ce00020000000100000002',
  fir: '84ce000400000001000000000000000207000000',
  remb: '8fce0005000000010000000052454d420103ffff00000002',
  sdes: '81ca000400000001010761626364656667000000',
  xr:
    '80cf000e' +
    '00000001' +
    '04000002e000000080000000' +
    '07000002' +
    '0000000900000009' +
    '05000006' +
    '0000000200018000' +
    '00008000' +
    '000000030000000000000000',
} as const;

/** Bytes of the header that make a packet of its type, and the field in the first byte where it chooses. */
const TYPES = {
  sr: { type: 200, format: null },
  rr: { type: 201, format: null },
  bye: { type: 203, format: null },
  nack: { type: 205, format: 1 },
  twcc: { type: 205, format: 15 },
  pli: { type: 206, format: 1 },
  fir: { type: 206, format: 4 },
  remb: { type: 206, format: 15 },
  xr: { type: 207, format: null },
} as const;

export type RtcpType = keyof typeof TYPES;
export const rtcpTypes = Object.keys(TYPES) as RtcpType[];

function run(guarded: GuardedMemory, input: Uint8Array): void {
  guarded.run(input, tell);
  rewrite(input);
}

/** One type: its header is put right, so that every input gets to its reader. */
export function rtcpTarget(name: RtcpType): FuzzTarget {
  const { type, format } = TYPES[name];
  const guarded = new GuardedMemory(MAX_LENGTH);
  return {
    kind: 'binary',
    maxLength: MAX_LENGTH,
    seeds: () => fromHex(SEEDS[name]),
    dictionary: fromHex(
      '52454d42',
      '2001',
      '3fff',
      '8000',
      'd400',
      'ffffffff',
      '7fffffff',
      '04000002',
      '05000003',
    ),
    run(input) {
      const length = Math.max(4, input.length & ~3);
      const bytes = new Uint8Array(length);
      bytes.set(input.subarray(0, length));
      bytes[0] = 0x80 | (bytes[0]! & 0x20) | (format ?? bytes[0]! & 0x1f);
      bytes[1] = type;
      bytes[2] = (length / 4 - 1) >> 8;
      bytes[3] = length / 4 - 1;
      run(guarded, bytes);
    },
  };
}

/** Compounds as they come. */
export const compound: FuzzTarget = ((): FuzzTarget => {
  const guarded = new GuardedMemory(MAX_LENGTH);
  return {
    kind: 'binary',
    maxLength: MAX_LENGTH,
    seeds: () =>
      fromHex(...Object.values(SEEDS), SEEDS.sr + SEEDS.sdes + SEEDS.twcc, SEEDS.rr + SEEDS.nack + SEEDS.pli),
    dictionary: fromHex('80c9', '81cd', '8fcd', '81ce', '84ce', '8fce', '52454d42', '82cb', '0001', '0002'),
    run: (input) => run(guarded, input),
  };
})();

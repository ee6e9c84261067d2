import { expect } from 'vitest';
import type { Memory } from '../../../src/kit/index.js';
import { memoryOf } from '../../../src/kit/index.js';
import { NullRtcpHandler, type VideoInspector } from '../../../src/rtp/index.js';

/** What stands before a fixture in `atEnd`: a parser that forgets the offset reads this instead. */
export const PREFIX = 5;

export function hex(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text.replace(/[\s|]/g, ''), 'hex'));
}

export function toHex(memory: Memory, offset: number, length: number): string {
  return Buffer.from(memory.u8.subarray(offset, offset + length)).toString('hex');
}

/** The bytes at the very end of a memory of their own, at offset `PREFIX`: a read behind them throws. */
export function atEnd(bytes: Uint8Array): Memory {
  const memory = new Uint8Array(PREFIX + bytes.length).fill(0xff);
  memory.set(bytes, PREFIX);
  return memoryOf(memory);
}

/** The bytes at offset `PREFIX`, followed by ones that a parser must not look at. */
export function followedBy(bytes: Uint8Array, filler: number): Memory {
  const memory = new Uint8Array(PREFIX + bytes.length + 64).fill(filler);
  memory.set(bytes, PREFIX);
  return memoryOf(memory);
}

/**
 * Runs `parse` on every beginning of `bytes`, once at the end of a memory and once before bytes that are not
 * its own, and expects the same of all: so it reads nothing outside.
 *
 * @returns what `parse` gave for each length from 0 on
 */
export function cutEverywhere<T>(
  bytes: Uint8Array,
  parse: (memory: Memory, offset: number, length: number) => T,
): T[] {
  const results: T[] = [];
  for (let length = 0; length <= bytes.length; length++) {
    const part = bytes.slice(0, length);
    const result = parse(atEnd(part), PREFIX, length);
    expect(parse(followedBy(part, 0x00), PREFIX, length)).toEqual(result);
    expect(parse(followedBy(part, 0xff), PREFIX, length)).toEqual(result);
    results.push(result);
  }
  return results;
}

/** mulberry32: a seed gives the same numbers everywhere. */
export function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * Calls `check` with `count` inputs, each at the end of its memory: half of them random bytes, half fixtures
 * with some bytes changed and cut at random, so that the inner branches see hostile bytes too.
 */
export function hostile(
  seed: number,
  count: number,
  fixtures: readonly Uint8Array[],
  check: (memory: Memory, offset: number, length: number) => void,
): void {
  const next = random(seed);
  const below = (limit: number) => Math.floor(next() * limit);
  for (let round = 0; round < count; round++) {
    const fixture = fixtures[below(fixtures.length)] as Uint8Array;
    let bytes: Uint8Array;
    if (round % 2 === 0) {
      bytes = Uint8Array.from({ length: below(64) }, () => below(256));
      const kept = below(4);
      bytes.set(fixture.subarray(0, Math.min(kept, bytes.length)));
    } else {
      bytes = fixture.slice(0, below(3) === 0 ? below(fixture.length + 1) : fixture.length);
      for (let change = below(6); change > 0 && bytes.length > 0; change--) {
        bytes[below(Math.min(bytes.length, 48))] = below(256);
      }
    }
    check(atEnd(bytes), PREFIX, bytes.length);
  }
}

/** Notes each call as its method's name and arguments. */
export class Recorder extends NullRtcpHandler {
  readonly calls: unknown[][] = [];

  override onSenderReport(...values: number[]): void {
    this.calls.push(['senderReport', ...values]);
  }

  override onReportBlock(...values: number[]): void {
    this.calls.push(['reportBlock', ...values]);
  }

  override onReceiverReferenceTime(...values: number[]): void {
    this.calls.push(['referenceTime', ...values]);
  }

  override onDelaySinceLastReference(...values: number[]): void {
    this.calls.push(['referenceDelay', ...values]);
  }

  override onNack(...values: number[]): void {
    this.calls.push(['nack', ...values]);
  }

  override onPli(...values: number[]): void {
    this.calls.push(['pli', ...values]);
  }

  override onFir(...values: number[]): void {
    this.calls.push(['fir', ...values]);
  }

  override onRemb(...values: number[]): void {
    this.calls.push(['remb', ...values]);
  }

  override onBye(...values: number[]): void {
    this.calls.push(['bye', ...values]);
  }

  override onTransportFeedback(...values: number[]): void {
    this.calls.push(['feedback', ...values]);
  }

  override onTransportFeedbackPacket(sequence: number, received: boolean, deltaTicks: number): void {
    this.calls.push(['packet', sequence, received, deltaTicks]);
  }
}

/** What an inspector says of payloads that end where their memory does; a size it does not say must stay untouched. */
export function inspecting(inspector: VideoInspector) {
  const size = (payload: Uint8Array): string | null => {
    const out = { width: -1, height: -1 };
    if (inspector.readSize(atEnd(payload), PREFIX, payload.length, out)) return `${out.width}x${out.height}`;
    expect(out).toEqual({ width: -1, height: -1 });
    return null;
  };
  const starts = (payload: Uint8Array): boolean =>
    inspector.startsKeyFrame(atEnd(payload), PREFIX, payload.length);
  return { size, starts };
}

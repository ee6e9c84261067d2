import { afterEach, describe, expect, it } from 'vitest';
import { Arena } from '../../../src/native/index.js';
import { FrameQueue } from '../../../src/transport/frame-queue.js';

const arena = new Arena(2 ** 20);
const packet = arena.require(256);
arena.u8.fill(0xab, packet, packet + 256);
const used = arena.used;

afterEach(() => expect(arena.used).toBe(used));

/** A stream that takes as many bytes at a time as it is told; -1 breaks it. */
class FakeStream {
  readonly got: number[] = [];
  readonly calls: number[] = [];
  constructor(public takes: number[] = []) {}

  send(offset: number, length: number): number {
    const taken = Math.min(this.takes.shift() ?? length, length);
    this.calls.push(length);
    for (let index = 0; index < taken; index++) this.got.push(arena.u8[offset + index] as number);
    return taken;
  }
}

/** Numbers a packet in its first byte and queues it. */
function add(queue: FrameQueue, number: number, length = 10): boolean {
  arena.u8[packet] = number;
  return queue.add(packet, length);
}

function numbersIn(bytes: readonly number[]): number[] {
  const numbers: number[] = [];
  for (let at = 0; at < bytes.length; at += 2 + (bytes[at]! * 256 + bytes[at + 1]!))
    numbers.push(bytes[at + 2]!);
  return numbers;
}

describe('FrameQueue', () => {
  it('sends everything that waits in one call, framed', () => {
    const queue = new FrameQueue(arena, 100);
    const stream = new FakeStream();
    for (const number of [1, 2, 3]) expect(add(queue, number, 3)).toBe(true);
    expect(queue.flush(stream)).toBe('empty');
    expect(stream.calls).toEqual([15]);
    expect(Buffer.from(stream.got).toString('hex')).toBe('000301abab000302abab000303abab');
  });

  it('drops whole datagrams while it is full, and none of what it has begun', () => {
    const queue = new FrameQueue(arena, 100);
    const stream = new FakeStream([29, 0]);
    const accepted = Array.from({ length: 12 }, (_, index) => add(queue, index));
    expect(accepted.filter(Boolean)).toHaveLength(8);
    expect(queue.flush(stream)).toBe('blocked');
    expect(add(queue, 20)).toBe(true);
    expect(add(queue, 21)).toBe(true);
    expect(add(queue, 22)).toBe(false);
    expect(queue.flush(stream)).toBe('empty');
    expect(numbersIn(stream.got)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 20, 21]);
    expect(stream.got).toHaveLength(120);
  });

  it('comes through any row of partial writes in order', () => {
    let seed = 7;
    const random = (below: number) => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
      return (seed >>> 16) % below;
    };
    const queue = new FrameQueue(arena, 300);
    const stream = new FakeStream();
    const expected: number[] = [];
    for (let number = 0; number < 250; number++) {
      if (add(queue, number, 1 + random(120))) expected.push(number);
      stream.takes = [random(60), 0];
      queue.flush(stream);
    }
    stream.takes = [];
    expect(queue.flush(stream)).toBe('empty');
    expect(numbersIn(stream.got)).toEqual(expected);
    expect(expected.length).toBeGreaterThan(50);
    expect(expected.length).toBeLessThan(250);
  });

  it('holds memory only while something waits', () => {
    const queue = new FrameQueue(arena, 100);
    add(queue, 1);
    expect(arena.used).toBeGreaterThan(used);
    expect(queue.flush(new FakeStream([-1]))).toBe('broken');
    queue.close();
    expect(queue.size).toBe(0);
    expect(queue.flush(new FakeStream())).toBe('empty');
  });

  it('refuses what it has no memory for', () => {
    const full = new Arena(2 ** 16);
    while (full.allocate(64) >= 0);
    expect(new FrameQueue(full, 4096).add(256, 10)).toBe(false);
  });
});

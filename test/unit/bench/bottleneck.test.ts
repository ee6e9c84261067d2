import { describe, expect, it } from 'vitest';
import { Direction } from '../../../bench/link/direction.mjs';

type Packet = { data: Buffer; number: number };

/** 1000 bytes with the headers of IP and UDP: 8 ms at 1 Mbit/s. */
const packet = (number: number): Packet => ({ data: Buffer.alloc(972), number });

/** What comes out until `until`, with the times. */
function drain(direction: Direction<Packet>, until = Number.MAX_SAFE_INTEGER): [number, number][] {
  const arrivals: [number, number][] = [];
  while (direction.next <= until) {
    const now = direction.next;
    direction.pull(now, ({ number }) => arrivals.push([number, now]));
  }
  return arrivals;
}

describe('the bottleneck of a Direction', () => {
  it('lets packets through one after another, at its rate', () => {
    const direction = new Direction<Packet>({ rate: 1_000_000, delay: 30 }, 1, 'up');
    for (let number = 0; number < 4; number += 1) direction.push(packet(number), 0);
    direction.push(packet(4), 100);
    expect(drain(direction)).toEqual([
      [0, 38],
      [1, 46],
      [2, 54],
      [3, 62],
      [4, 138],
    ]);
  });

  it('drops what its queue does not hold, by time or by bytes', () => {
    for (const bound of [{ queueMs: 40 }, { queueBytes: 5000 }]) {
      const direction = new Direction<Packet>({ rate: 1_000_000, ...bound }, 1, 'up');
      for (let number = 0; number < 8; number += 1) direction.push(packet(number), 0);
      expect(direction.counters.overflowed).toBe(3);
      expect(direction.longestQueue).toBe(5000);
      expect(drain(direction, 16).map(([number]) => number)).toEqual([0, 1]);
      direction.push(packet(8), 16);
      direction.push(packet(9), 16);
      direction.push(packet(10), 16);
      expect(direction.counters.overflowed).toBe(4);
      expect(drain(direction).map(([number]) => number)).toEqual([2, 3, 4, 8, 9]);
    }
  });

  it('takes one packet however small the queue is', () => {
    const direction = new Direction<Packet>({ rate: 1_000_000, queueBytes: 1 }, 1, 'up');
    direction.push(packet(0), 0);
    direction.push(packet(1), 0);
    expect(drain(direction)).toEqual([[0, 8]]);
  });

  it('passes its rate and no more of a faster stream', () => {
    const direction = new Direction<Packet>({ rate: 1_000_000, queueMs: 200 }, 1, 'up');
    const arrivals: [number, number][] = [];
    for (let number = 0; number < 5000; number += 1) {
      arrivals.push(...drain(direction, number * 2));
      direction.push(packet(number), number * 2);
    }
    expect(arrivals.length).toBeGreaterThanOrEqual(1248);
    expect(arrivals.length).toBeLessThanOrEqual(1250);
  });

  it('goes on with what waits when the rate changes', () => {
    const direction = new Direction<Packet>({ rate: 1_000_000 }, 1, 'up');
    for (let number = 0; number < 3; number += 1) direction.push(packet(number), 0);
    direction.change({ rate: 2_000_000 }, 4);
    expect(drain(direction, 10)).toEqual([
      [0, 6],
      [1, 10],
    ]);
    direction.change({}, 11);
    expect(drain(direction)).toEqual([[2, 11]]);
    direction.push(packet(3), 20);
    expect(drain(direction)).toEqual([[3, 20]]);
  });

  it('does not let packets overtake others when the delay shrinks', () => {
    const direction = new Direction<Packet>({ delay: 100 }, 1, 'up');
    direction.push(packet(0), 0);
    direction.change({ delay: 10 }, 1);
    direction.push(packet(1), 2);
    expect(drain(direction)).toEqual([
      [0, 100],
      [1, 100],
    ]);
  });
});

import { describe, expect, it } from 'vitest';
import { Direction } from '../../../bench/link/direction.mjs';

type Packet = { data: Buffer; number: number };
type Arrival = { number: number; at: number };

/** Pushes packets of 972 bytes, 1000 on the wire, `interval` ms apart, and pulls at every moment something is due. */
function send(direction: Direction<Packet>, count: number, interval: number): Arrival[] {
  const arrivals: Arrival[] = [];
  const pull = (until: number) => {
    while (direction.next <= until) {
      const now = direction.next;
      direction.pull(now, ({ number }) => arrivals.push({ number, at: now }));
    }
  };
  for (let number = 0; number < count; number += 1) {
    pull(number * interval);
    direction.push({ data: Buffer.alloc(972), number }, number * interval);
  }
  pull(Number.MAX_SAFE_INTEGER);
  return arrivals;
}

const numbers = (arrivals: Arrival[]) => arrivals.map(({ number }) => number);
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);

describe('Direction', () => {
  it('hands everything on at once when nothing is in the way', () => {
    const arrivals = send(new Direction<Packet>({}, 1, 'up'), 100, 3);
    expect(arrivals).toEqual(upTo(100).map((number) => ({ number, at: number * 3 })));
  });

  it('delays each packet by just the delay', () => {
    const arrivals = send(new Direction<Packet>({ delay: 30.25 }, 1, 'up'), 50, 4);
    for (const { number, at } of arrivals) expect(at).toBe(number * 4 + 30.25);
  });

  it.each([0.01, 0.05, 0.2])('loses a share of %f, each packet for itself, as the seed says', (loss) => {
    const count = 100_000;
    const direction = new Direction<Packet>({ loss }, 7, 'up');
    const arrived = numbers(send(direction, count, 1));
    const deviation = Math.sqrt(loss * (1 - loss) * count);
    expect(Math.abs(count - arrived.length - loss * count)).toBeLessThan(4 * deviation);
    expect(direction.counters).toMatchObject({ offered: count, lost: count - arrived.length });
    expect(numbers(send(new Direction<Packet>({ loss }, 7, 'up'), count, 1))).toEqual(arrived);
    expect(numbers(send(new Direction<Packet>({ loss }, 8, 'up'), count, 1))).not.toEqual(arrived);
    expect(numbers(send(new Direction<Packet>({ loss }, 7, 'down'), count, 1))).not.toEqual(arrived);
  });

  it('loses in bursts of the mean length that is asked for', () => {
    const count = 200_000;
    const arrived = new Set(
      numbers(send(new Direction<Packet>({ loss: 0.05, burst: 4 }, 3, 'up'), count, 1)),
    );
    let bursts = 0;
    for (let number = 1; number < count; number += 1)
      if (!arrived.has(number) && arrived.has(number - 1)) bursts += 1;
    const lost = count - arrived.size;
    expect(lost / count).toBeGreaterThan(0.046);
    expect(lost / count).toBeLessThan(0.054);
    expect(lost / bursts).toBeGreaterThan(3.8);
    expect(lost / bursts).toBeLessThan(4.2);
  });

  it('loses everything when it shall', () => {
    expect(send(new Direction<Packet>({ loss: 1, burst: 3 }, 1, 'up'), 100, 1)).toEqual([]);
  });

  it('adds jitter between nothing and its most, and keeps the order', () => {
    const arrivals = send(new Direction<Packet>({ delay: 10, jitter: 8 }, 1, 'up'), 2000, 10);
    const added = arrivals.map(({ number, at }) => at - number * 10 - 10);
    expect(numbers(arrivals)).toEqual(upTo(2000));
    expect(Math.min(...added)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...added)).toBeLessThan(8);
    const mean = added.reduce((sum, value) => sum + value, 0) / added.length;
    expect(Math.abs(mean - 4)).toBeLessThan(0.25);
    const dense = send(new Direction<Packet>({ jitter: 50 }, 1, 'up'), 2000, 1);
    expect(numbers(dense)).toEqual(upTo(2000));
  });

  it('holds a share of the packets back so that later ones overtake them', () => {
    const arrivals = send(
      new Direction<Packet>({ delay: 5, reorder: 0.1, reorderMs: 25 }, 1, 'up'),
      5000,
      10,
    );
    const late = arrivals.filter(({ number, at }) => at === number * 10 + 30);
    expect(arrivals).toHaveLength(5000);
    expect(late.length).toBeGreaterThan(400);
    expect(late.length).toBeLessThan(600);
    expect(arrivals.filter(({ number, at }) => at === number * 10 + 5)).toHaveLength(5000 - late.length);
    const overtaken = arrivals.filter(({ number }, index) => number < (arrivals[index - 1]?.number ?? -1));
    expect(overtaken.length).toBeGreaterThan(300);
  });

  it('duplicates a share of the packets', () => {
    const arrived = numbers(send(new Direction<Packet>({ duplicate: 0.2 }, 1, 'up'), 5000, 1));
    expect(new Set(arrived).size).toBe(5000);
    expect(arrived.length).toBeGreaterThan(5900);
    expect(arrived.length).toBeLessThan(6100);
  });

  it('does each impairment by its own random numbers', () => {
    const plain = numbers(send(new Direction<Packet>({ loss: 0.1 }, 1, 'up'), 1000, 1));
    const more = numbers(send(new Direction<Packet>({ loss: 0.1, jitter: 5, delay: 2 }, 1, 'up'), 1000, 1));
    expect(more).toEqual(plain);
  });
});

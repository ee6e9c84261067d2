import { describe, expect, it } from 'vitest';
import { NackGenerator } from '../../../src/media/nack/nack-generator.js';

const roundTrip = 100;

function setUp(room = 128) {
  const generator = new NackGenerator();
  const into = new Uint16Array(room);
  const ask = (now: number, trip = roundTrip) => [...into.subarray(0, generator.collect(now, trip, into))];
  const receive = (now: number, ...sequences: number[]) =>
    sequences.map((sequence) => generator.received(sequence, now));
  return { generator, ask, receive };
}

describe('NackGenerator', () => {
  it('misses nothing in a row of packets', () => {
    const { generator, ask, receive } = setUp();
    expect(receive(0, 100, 101, 102)).toEqual([true, true, true]);
    expect(generator.size).toBe(0);
    expect(ask(1000)).toEqual([]);
  });

  it('asks for a gap, ascending, as 16-bit numbers', () => {
    const { generator, ask, receive } = setUp();
    receive(0, 131_070, 131_074);
    expect(generator.size).toBe(3);
    expect(ask(20)).toEqual([65_535, 0, 1]);
  });

  it('waits for what may only be reordered', () => {
    const { generator, ask, receive } = setUp();
    receive(0, 100, 102, 104);
    expect(ask(9)).toEqual([]);
    receive(9, 101);
    expect(ask(10)).toEqual([103]);
    receive(11, 103);
    expect(generator.size).toBe(0);
    expect(ask(500)).toEqual([]);
  });

  it('does not mind packets from before the first, or duplicates', () => {
    const { generator, receive } = setUp();
    receive(0, 100, 99, 98, 100);
    expect(generator.size).toBe(0);
    receive(1, 101);
    expect(generator.size).toBe(0);
  });

  it('asks again once a round trip', () => {
    const { ask, receive } = setUp();
    receive(0, 100, 102);
    const asked: number[] = [];
    for (let now = 0; now < 500; now += 10) if (ask(now, 120).length > 0) asked.push(now);
    expect(asked).toEqual([10, 130, 250, 370, 490]);
  });

  it('asks no more often than every 40 ms however short the round trip', () => {
    const { ask, receive } = setUp();
    receive(0, 100, 102);
    const asked: number[] = [];
    for (let now = 0; now < 140; now += 5) if (ask(now, 2).length > 0) asked.push(now);
    expect(asked).toEqual([10, 50, 90, 130]);
  });

  it('gives a packet up when the tenth request brought nothing within a round trip', () => {
    const { generator, ask, receive } = setUp();
    receive(0, 100, 102);
    let asked = 0;
    let last = 0;
    for (let now = 0; generator.size > 0; now += 10) {
      asked += ask(now, 50).length;
      last = now;
    }
    expect(asked).toBe(10);
    expect(last).toBe(10 + 10 * 50);
    expect(generator.abandoned).toBe(1);
    expect(generator.broken).toBe(true);
  });

  it('gives a packet up when it is 1.5 s old', () => {
    const { generator, ask, receive } = setUp();
    receive(0, 100, 102);
    for (let now = 10; now <= 1500; now += 10) ask(now, 300);
    expect(generator.size).toBe(1);
    ask(1501, 300);
    expect(generator.size).toBe(0);
    expect(generator.abandoned).toBe(1);
  });

  it('asks for what did not fit into one packet the next time', () => {
    const { ask, receive } = setUp(4);
    receive(0, 100, 107);
    expect(ask(10)).toEqual([101, 102, 103, 104]);
    expect(ask(20)).toEqual([105, 106]);
    expect(ask(30)).toEqual([]);
  });

  it('holds 512 packets and gives all up when it is one more', () => {
    const { generator, ask, receive } = setUp(512);
    expect(receive(0, 100, 613)).toEqual([true, true]);
    expect(generator.size).toBe(512);
    expect(ask(10)).toHaveLength(512);
    expect(receive(11, 615)).toEqual([false]);
    expect(generator.size).toBe(0);
    expect(generator.abandoned).toBe(513);
    expect(generator.broken).toBe(true);
    expect(receive(12, 616, 618)).toEqual([true, true]);
    expect(ask(30)).toEqual([617]);
  });

  it('survives the largest gap there can be', () => {
    const { generator, receive } = setUp();
    expect(receive(0, 100, 100 + 32_767)).toEqual([true, false]);
    expect(generator.size).toBe(0);
  });

  it('forgets what was missing before a key frame, and keeps what is missing after it', () => {
    const { generator, ask, receive } = setUp();
    receive(0, 100, 103, 105, 107);
    expect(ask(10)).toEqual([101, 102, 104, 106]);
    generator.forgetBefore(104);
    expect(generator.size).toBe(2);
    expect(ask(109)).toEqual([]);
    expect(ask(110)).toEqual([104, 106]);
    expect(generator.abandoned).toBe(0);
  });

  it('is whole again after a key frame', () => {
    const { generator, receive } = setUp();
    receive(0, 100, 1000);
    expect(generator.broken).toBe(true);
    generator.forgetBefore(1000);
    expect(generator.broken).toBe(false);
  });

  it('starts from nothing after a reset', () => {
    const { generator, ask, receive } = setUp();
    receive(0, 5000, 5002, 7000);
    generator.reset();
    expect(generator.size).toBe(0);
    expect(generator.broken).toBe(false);
    receive(0, 100, 102);
    expect(ask(10)).toEqual([101]);
  });
});

import { describe, expect, it } from 'vitest';
import { AnswerTime } from '../../../src/media/nack/answer-time.js';
import { NackGenerator } from '../../../src/media/nack/nack-generator.js';

const roundTrip = 100;

function setUp(room = 128, ms = roundTrip) {
  const answerTime = new AnswerTime();
  answerTime.note(ms);
  const generator = new NackGenerator(answerTime);
  const into = new Uint16Array(room);
  const ask = (now: number) => [...into.subarray(0, generator.collect(now, into))];
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

  it('asks again when the answer is a tenth overdue', () => {
    const { ask, receive } = setUp(128, 100);
    receive(0, 100, 102);
    const asked: number[] = [];
    for (let now = 0; now < 500; now += 10) if (ask(now).length > 0) asked.push(now);
    expect(asked).toEqual([10, 120, 230, 340, 450]);
  });

  it('asks no more often than every 30 ms however short the round trip', () => {
    const { ask, receive } = setUp(128, 2);
    receive(0, 100, 102);
    const asked: number[] = [];
    for (let now = 0; now < 110; now += 5) if (ask(now).length > 0) asked.push(now);
    expect(asked).toEqual([10, 40, 70, 100]);
  });

  it.each([
    [20, 1500],
    [150, 1500],
    [220, 2200],
    [400, 3000],
    [5000, 3000],
  ])('gives a packet up by age: with answers in %d ms at %d ms', (ms, oldest) => {
    const { generator, ask, receive } = setUp(128, ms);
    receive(0, 100, 102);
    for (let now = 10; now <= oldest; now += 10) ask(now);
    expect(generator.size).toBe(1);
    ask(oldest + 1);
    expect(generator.size).toBe(0);
    expect(generator.abandoned).toBe(1);
    expect(generator.broken).toBe(true);
    expect(generator.due).toBe(Number.POSITIVE_INFINITY);
  });

  it('says when it has something to ask for', () => {
    const { generator, ask, receive } = setUp(128, 100);
    const never = Number.POSITIVE_INFINITY;
    receive(0, 100, 101);
    expect(generator.due).toBe(never);
    receive(20, 103);
    expect(generator.due).toBe(30);
    receive(25, 105);
    expect(generator.due).toBe(30);
    expect(ask(30)).toEqual([102]);
    expect(generator.due).toBe(35);
    expect(ask(35)).toEqual([104]);
    expect(generator.due).toBe(140);
    receive(138, 102, 104);
    ask(150);
    expect(generator.due).toBe(never);
  });

  it('measures how long answers take, from the first request, and only by answers', () => {
    const { generator, ask, receive } = setUp(128, 100);
    const { answerTime } = generator;
    receive(0, 100, 102, 104);
    ask(10);
    generator.received(101, 15, false);
    expect(answerTime.ms).toBe(100);
    ask(200);
    receive(250, 103);
    expect(answerTime.ms).toBe(100);
    receive(260, 106);
    receive(261, 105);
    expect(answerTime.ms).toBe(100);
    receive(300, 108);
    ask(310);
    receive(350, 107);
    expect(answerTime.ms).toBe(40);
  });

  it('asks for what did not fit into one packet the next time', () => {
    const { generator, ask, receive } = setUp(4);
    receive(0, 100, 107);
    expect(ask(10)).toEqual([101, 102, 103, 104]);
    expect(generator.due).toBe(11);
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
    expect(ask(119)).toEqual([]);
    expect(ask(121)).toEqual([104, 106]);
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

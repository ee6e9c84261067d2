import { describe, expect, it } from 'vitest';
import { ArrivalRecorder } from '../../../src/media/bitrate/arrival-recorder.js';
import { NullRtcpHandler, readRtcp } from '../../../src/rtp/index.js';
import { FakeSink } from './support/fake-sink.js';
import { TestMemory } from './support/test-memory.js';

/** What the sender learns: by message, its number and its packets; arrivals in ms on the server's clock. */
class Sender extends NullRtcpHandler {
  readonly messages: { base: number; number: number; arrivals: (number | null)[] }[] = [];
  private ticks = 0;

  override onTransportFeedback(base: number, _count: number, reference: number, number: number): void {
    this.messages.push({ base, number, arrivals: [] });
    this.ticks = reference * 256;
  }

  override onTransportFeedbackPacket(_sequence: number, received: boolean, delta: number): void {
    this.ticks += delta;
    this.messages.at(-1)?.arrivals.push(received ? this.ticks / 4 : null);
  }
}

function setUp() {
  const memory = new TestMemory(1 << 18);
  const sink = new FakeSink(memory);
  const recorder = new ArrivalRecorder();
  const report = () => {
    const sender = new Sender();
    sink.sent.length = 0;
    recorder.report(sink, 1, 2, null);
    for (const { bytes } of sink.sent) {
      expect(readRtcp(memory, memory.arrive(bytes), bytes.length, sender)).toBe(true);
    }
    return sender.messages;
  };
  return { sink, recorder, report };
}

describe('ArrivalRecorder', () => {
  it('reports nothing before anything came, and nothing twice', () => {
    const { recorder, report } = setUp();
    expect(report()).toEqual([]);
    recorder.record(10, 1000);
    expect(report()).toEqual([{ base: 10, number: 0, arrivals: [1000] }]);
    expect(report()).toEqual([]);
  });

  it('says of every packet when it came, or that it is lost', () => {
    const { recorder, report } = setUp();
    recorder.record(500, 2000);
    recorder.record(501, 2000.25);
    recorder.record(504, 2010.5);
    recorder.record(505, 2100);
    expect(report()).toEqual([{ base: 500, number: 0, arrivals: [2000, 2000.25, null, null, 2010.5, 2100] }]);
    recorder.record(506, 2101);
    expect(report()).toEqual([{ base: 506, number: 1, arrivals: [2101] }]);
  });

  it('has what was reordered within a report in its place, with an earlier time after a later one', () => {
    const { recorder, report } = setUp();
    recorder.record(11, 1000);
    recorder.record(10, 1003);
    recorder.record(12, 1001);
    expect(report()).toEqual([{ base: 10, number: 0, arrivals: [1003, 1000, 1001] }]);
  });

  it('corrects a report when a packet comes after it', () => {
    const { recorder, report } = setUp();
    recorder.record(10, 1000);
    recorder.record(12, 1002);
    expect(report()[0]?.arrivals).toEqual([1000, null, 1002]);
    recorder.record(11, 1050);
    recorder.record(13, 1051);
    expect(report()).toEqual([{ base: 11, number: 1, arrivals: [1050, 1002, 1051] }]);
  });

  it('goes on across the wrap of the sequence number', () => {
    const { recorder, report } = setUp();
    for (const [index, sequence] of [65_533, 65_534, 65_535, 0, 2].entries())
      recorder.record(sequence, 1000 + index);
    expect(report()).toEqual([{ base: 65_533, number: 0, arrivals: [1000, 1001, 1002, 1003, null, 1004] }]);
    recorder.record(3, 1010);
    expect(report()[0]?.base).toBe(3);
  });

  it('tells in several messages what does not fit in one', () => {
    const { sink, recorder, report } = setUp();
    // 100 ms between packets takes 2 bytes each: about 560 a message of 1,200 bytes
    const times = Array.from({ length: 1500 }, (_, index) => 1000 + 100 * index);
    for (const [index, time] of times.entries()) recorder.record((65_000 + index) & 0xffff, time);
    const messages = report();
    expect(messages.length).toBe(3);
    expect(messages.map(({ number }) => number)).toEqual([0, 1, 2]);
    expect(messages.flatMap(({ arrivals }) => arrivals)).toEqual(times);
    for (const { bytes } of sink.sent) expect(bytes.length).toBeLessThanOrEqual(1200);
  });

  it('reports the last 2048 packets when more came than it remembers', () => {
    const { recorder, report } = setUp();
    for (let sequence = 0; sequence < 5000; sequence += 1) recorder.record(sequence, 1000 + sequence / 4);
    const messages = report();
    expect(messages[0]?.base).toBe(5000 - 2048);
    const arrivals = messages.flatMap((message) => message.arrivals);
    expect(arrivals).toEqual(Array.from({ length: 2048 }, (_, index) => 1000 + (2952 + index) / 4));
  });

  it('begins anew after a jump farther than it remembers', () => {
    const { recorder, report } = setUp();
    recorder.record(10, 1000);
    recorder.record(10 + 3000, 1001);
    expect(report()).toEqual([{ base: 3010, number: 0, arrivals: [1001] }]);
  });

  it('takes no arrival of an earlier lap for one of a lost packet', () => {
    const { recorder, report } = setUp();
    for (let sequence = 0; sequence < 2048; sequence += 1) recorder.record(sequence, 1000);
    report();
    recorder.record(2048 + 2047, 2000);
    const arrivals = report().flatMap((message) => message.arrivals);
    expect(arrivals).toHaveLength(2048);
    expect(arrivals.filter((time) => time !== null)).toEqual([2000]);
  });

  it('ignores a packet older than it remembers', () => {
    const { recorder, report } = setUp();
    for (let sequence = 3000; sequence < 5100; sequence += 1) recorder.record(sequence, 1000);
    report();
    recorder.record(3051, 1001);
    expect(report()).toEqual([]);
    recorder.record(3052, 1001);
    expect(report()[0]?.base).toBe(3052);
  });

  it('keeps what it could not send for the next time', () => {
    const { sink, recorder, report } = setUp();
    recorder.record(10, 1000);
    sink.full = true;
    expect(report()).toEqual([]);
    sink.full = false;
    recorder.record(11, 1001);
    expect(report()).toEqual([{ base: 10, number: 0, arrivals: [1000, 1001] }]);
  });

  it('stays bounded whatever numbers come', () => {
    const { sink, recorder, report } = setUp();
    for (let index = 0; index < 5000; index += 1) {
      recorder.record(Math.imul(index, 40_503) & 0xffff, 1000 + index);
      if (index % 50 === 0) {
        report();
        expect(sink.sent.length).toBeLessThanOrEqual(8);
      }
    }
  });
});

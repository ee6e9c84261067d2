import { describe, expect, it } from 'vitest';
import { ArrivalRecorder } from '../../../src/media/bitrate/arrival-recorder.js';
import type { TrackDescription } from '../../../src/media/index.js';
import { CompoundHead } from '../../../src/media/report/compound-head.js';
import { FakeSink } from './support/fake-sink.js';
import { serverCname, serverSsrc, video, videoSsrc, withTransportCc } from './support/packets.js';
import { setUpPublisher } from './support/publisher-bench.js';
import { RtcpNotes } from './support/rtcp.js';
import { TestMemory } from './support/test-memory.js';

const report = 201;
const description = 202;
const transportFeedback = 205;
const payloadFeedback = 206;

/** An empty receiver report and an SDES chunk, byte by byte (RFC 3550 sections 6.4.2 and 6.5). */
const head = Buffer.concat([
  Buffer.from('80c90001', 'hex'),
  Buffer.from(serverSsrc.toString(16), 'hex'),
  Buffer.from('81ca0005', 'hex'),
  Buffer.from(serverSsrc.toString(16), 'hex'),
  Buffer.from([1, serverCname.length]),
  Buffer.from(serverCname),
  Buffer.alloc(2),
]);

/** What a publisher of this video is sent when it leaves a gap, a key frame is wanted, and its arrivals are due. */
function everyFeedback(track: TrackDescription) {
  const { publisher, sendVideo, sinks, told } = setUpPublisher([track]);
  sendVideo(1, 0, { transportSequence: 1 });
  sendVideo(3, 0, { transportSequence: 3 });
  publisher.requestKeyFrame(10);
  publisher.onTime(20);
  const packets = (sinks[0]?.sent ?? []).map(({ bytes }) => Buffer.from(bytes));
  return { packets, told: told() };
}

describe('feedback to a publisher', () => {
  it('goes alone where reduced size was agreed on (RFC 5506)', () => {
    const { told } = everyFeedback(withTransportCc({ ...video, reducedSize: true }));
    expect(told.types).toEqual([[payloadFeedback], [transportFeedback], [transportFeedback]]);
  });

  it('goes behind a report and a name where it was not (RFC 3550 6.1), and says the same', () => {
    for (const fir of [false, true]) {
      const feedback = { ...video.feedback, pli: !fir, fir };
      const { packets, told } = everyFeedback(withTransportCc({ ...video, feedback, reducedSize: false }));
      expect(told.types).toEqual([
        [report, description, payloadFeedback],
        [report, description, transportFeedback],
        [report, description, transportFeedback],
      ]);
      for (const packet of packets) expect(packet.subarray(0, head.length)).toEqual(head);
      expect(told.nacks).toEqual([{ ssrc: videoSsrc, sequence: 2 }]);
      expect(told.plis).toEqual(fir ? [] : [videoSsrc]);
      expect(told.firs).toEqual(fir ? [{ ssrc: videoSsrc, number: 1 }] : []);
      expect(told.arrived).toEqual([1, 3]);
      expect(told.blocks).toEqual([]);
    }
  });

  it('does not disturb the fraction lost of the reports', () => {
    const fractions = [true, false].map((reducedSize) => {
      const { publisher, sendVideo, told } = setUpPublisher([{ ...video, reducedSize }]);
      for (const sequence of [1, 2, 4, 5]) sendVideo(sequence, sequence);
      for (let now = 10; now < 1000; now += 10) publisher.onTime(now);
      told();
      publisher.onTime(1000);
      return told().blocks.map(({ fractionLost }) => fractionLost);
    });
    expect(fractions).toEqual([[51], [51]]);
  });

  it('of many arrivals stays within a datagram', () => {
    const memory = new TestMemory(1 << 18);
    const sink = new FakeSink(memory);
    const recorder = new ArrivalRecorder();
    for (let sequence = 0; sequence < 2000; sequence += 1) recorder.record(sequence, sequence * 70);
    recorder.report(sink, serverSsrc, videoSsrc, new CompoundHead(serverSsrc, Buffer.from(serverCname)));
    const { arrived, types } = RtcpNotes.of(sink.sent);
    expect(arrived).toHaveLength(2000);
    expect(types.length).toBeGreaterThan(1);
    expect(new Set(types.map(String))).toEqual(new Set([String([report, description, transportFeedback])]));
    for (const { bytes } of sink.sent) expect(bytes.length).toBeLessThanOrEqual(1200);
  });
});

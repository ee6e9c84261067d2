import { describe, expect, it } from 'vitest';
import { Publisher } from '../../../src/media/index.js';
import { slotSize } from '../../../src/media/packet-cache.js';
import { FakeSink } from './support/fake-sink.js';
import {
  audio,
  deltaPayload,
  downVideoSsrc,
  ordinalOf,
  parsed,
  rtpPacket,
  serverSsrc,
  video,
} from './support/packets.js';
import { settings, setUpPublisher as setUp } from './support/publisher-bench.js';
import { nack } from './support/rtcp.js';
import { TestMemory } from './support/test-memory.js';

describe('Publisher', () => {
  it('tells tracks apart by payload type, whatever their SSRC', () => {
    const { publisher, sendVideo, sendAudio, arrive } = setUp();
    sendVideo(1);
    sendAudio(1);
    sendAudio(2);
    arrive(rtpPacket({ payloadType: 103 }), 0);
    arrive(rtpPacket({ payloadType: 0 }), 0);
    expect(publisher.tracks.map(({ packets }) => packets)).toEqual([1, 2]);
    expect(publisher.dropped).toBe(2);
  });

  it('tells tracks of the same payload type apart by transport', () => {
    const second = { ...audio, transport: 1, codec: { ...audio.codec, payloadType: 102 } };
    const { publisher, arrive } = setUp([video, second]);
    arrive(rtpPacket({ sequence: 1, ssrc: 7 }), 0, 0);
    arrive(rtpPacket({ sequence: 1, ssrc: 8 }), 0, 1);
    arrive(rtpPacket({ sequence: 2, ssrc: 8 }), 0, 1);
    arrive(rtpPacket({ sequence: 3 }), 0, 2);
    expect(publisher.tracks.map(({ packets, ssrc }) => [packets, ssrc])).toEqual([
      [1, 7],
      [2, 8],
    ]);
    expect(publisher.dropped).toBe(1);
  });

  it('counts what is malformed, and forwards nothing of it', () => {
    const { publisher, arrive, events } = setUp();
    const whole = rtpPacket({ transportSequence: 5, payload: deltaPayload(0, 40) });
    // Behind the extension header at 16 and its 4 bytes any length is a packet.
    for (let length = 0; length < 20; length += 1) arrive(whole.subarray(0, length), 0);
    expect(publisher.dropped).toBe(20);
    const wrongVersion = whole.slice();
    wrongVersion[0] = 0x40;
    arrive(wrongVersion, 0);
    expect(publisher.dropped).toBe(21);
    expect(events).toEqual([]);
    const report = nack(1, 2, 3);
    for (let length = 0; length < report.length; length += 1) {
      publisher.onRtcp(0, 16, length, 0);
    }
    publisher.onRtcp(3, 16, 12, 0);
    expect(publisher.dropped).toBe(21 + report.length + 1);
  });

  it('says once that it has started, and each time that the picture changes its size', () => {
    const { events, sendKey, sendVideo } = setUp();
    sendKey(1, 7);
    sendVideo(2, 8);
    sendKey(3, 9);
    expect(events).toEqual(['640x360', 'started at 7']);
  });

  it('fails when no track has brought anything for as long as is allowed, and not before', () => {
    const { publisher, events, sendAudio } = setUp();
    for (let now = 0; now <= 5000; now += 50) publisher.onTime(now);
    expect(events).toEqual([]);
    sendAudio(1, 5400);
    for (let now = 5050; now <= 10_400; now += 50) publisher.onTime(now);
    expect(events).toEqual(['started at 5400']);
    for (let now = 10_450; now <= 11_450; now += 50) publisher.onTime(now);
    expect(events).toEqual(['started at 5400', 'silent']);
  });

  it('does not live on packets that it drops', () => {
    const { publisher, events, sendAudio, arrive } = setUp();
    sendAudio(1, 0);
    for (let now = 0; now <= 7000; now += 50) {
      sendAudio(1, now);
      arrive(rtpPacket({ payloadType: 99 }), now);
      publisher.onTime(now);
    }
    expect(events).toContain('silent');
  });

  it('is null when its caches do not fit, and leaves nothing behind', () => {
    const room = 4096 + 128 * slotSize + 100_000;
    const memory = new TestMemory(room);
    const sink = new FakeSink(memory);
    const before = memory.blocks.size;
    const listener = { onStarted: () => {}, onVideoSize: () => {}, onSilent: () => {}, onDue: () => {} };
    expect(
      Publisher.create(
        [video, audio],
        [sink],
        memory,
        serverSsrc,
        Buffer.from('abc'),
        settings,
        listener,
        () => {},
      ),
    ).toBeNull();
    expect(memory.blocks.size).toBe(before);
  });
});

describe('Publisher: readers', () => {
  it('still get what came in the same turn before a source started anew', () => {
    const { sendVideo, sendKey, sendAudio, flush, watch } = setUp();
    const { sink } = watch();
    sendAudio(900);
    flush();
    for (const sequence of [10, 11, 12]) sendAudio(sequence, 20, { ssrc: 0x55 });
    sendKey(60_000);
    sendVideo(60_001);
    for (const sequence of [1, 2, 3]) sendVideo(sequence, 20, { ssrc: 0x66 });
    flush(20);
    sendKey(4, 40, { ssrc: 0x66 });
    sendAudio(13, 40, { ssrc: 0x55 });
    flush(40);
    const of = (payloadType: number) =>
      sink.rtp
        .filter(({ bytes }) => parsed(bytes).payloadType === payloadType)
        .map(({ bytes, index }) => [index, ordinalOf(bytes)]);
    expect(of(video.codec.payloadType - 6)).toEqual([
      [0, 60_000],
      [1, 60_001],
      [2, 4],
    ]);
    expect(of(audio.codec.payloadType - 6)).toEqual([
      [0, 900],
      [1, 12],
      [2, 13],
    ]);
  });

  it('get nothing of what was gathered when the publisher closes, nor anything they ask for after', () => {
    const { memory, sinks, publisher, sendKey, sendVideo, sendAudio, flush, watch } = setUp();
    const { viewer, sink } = watch();
    sendKey(1);
    flush();
    sendVideo(2);
    sendAudio(1);
    publisher.close();
    publisher.close();
    expect(memory.blocks.size).toBe(2);
    sink.sent.length = 0;
    flush();
    const asked = nack(downVideoSsrc, 0, 1);
    viewer.onRtcp(0, memory.arrive(asked), asked.length, 1000);
    expect(sink.sent).toEqual([]);
    const sent = sinks[0]?.sent.length;
    publisher.requestKeyFrame(5000);
    expect(sinks[0]?.sent.length).toBe(sent);
  });

  it('cannot bring a closed publisher to write into memory that it gave back', () => {
    const { memory, publisher, sendVideo, sendAudio, flush } = setUp();
    sendVideo(1);
    flush();
    publisher.close();
    const before = memory.u8.slice(4096);
    for (let sequence = 2; sequence < 200; sequence += 1) {
      sendVideo(sequence);
      sendAudio(sequence);
    }
    expect(Buffer.compare(memory.u8.subarray(4096), before)).toBe(0);
  });
});

import { describe, expect, it } from 'vitest';
import { Agenda } from '../../../src/kit/index.js';
import type { WebRtcTransport } from '../../../src/transport/index.js';
import type { PeerHost } from '../../../src/worker/peer.js';
import { PublisherPeer } from '../../../src/worker/publisher-peer.js';
import { ViewerPeer } from '../../../src/worker/viewer-peer.js';
import { FakeSink } from '../media/support/fake-sink.js';
import { deltaPayload, down, keyPayload, rtpPacket, video } from '../media/support/packets.js';
import { settings } from '../media/support/publisher-bench.js';
import { TestMemory } from '../media/support/test-memory.js';

/** A transport that is connected when the test says so. */
class FakeTransport extends FakeSink {
  selected = -1;
  close(): void {}
  path() {
    const port = 5000 + this.selected;
    return { protocol: 'udp', address: '192.0.2.1', port, srtpProfile: 'SRTP_AEAD_AES_128_GCM' } as const;
  }
}

/** A publisher that has sent 30 packets since a key frame, and a viewer that has not connected yet. */
function setUp(marker = false) {
  const memory = new TestMemory();
  const agenda = new Agenda();
  const events: string[] = [];
  const host: PeerHost = {
    schedule: (task, due) => agenda.schedule(task, due),
    cancel: (task) => agenda.cancel(task),
    started: ({ id }) => events.push(`started ${id}`),
    failed: ({ id }) => events.push(`failed ${id}`),
  };
  const transport = (peer: PublisherPeer | ViewerPeer) => {
    const made = new FakeTransport(memory);
    peer.transports.push(made as unknown as WebRtcTransport);
    return made;
  };
  const publisher = new PublisherPeer(1, host);
  transport(publisher);
  publisher.build(
    [video],
    memory,
    settings,
    () => {},
    () => {},
  );
  for (let sequence = 0; sequence < 30; sequence += 1) {
    const payload = sequence === 0 ? keyPayload(0) : deltaPayload(sequence, 40);
    const bytes = rtpPacket({ sequence, timestamp: sequence * 3000, payload, marker });
    publisher.media.onRtp(0, memory.arrive(bytes), bytes.length, 1000 + sequence * 33);
  }
  publisher.media.feed.flush(1990);
  const viewer = new ViewerPeer(2, host);
  const sink = transport(viewer);
  viewer.build([down(video, 0)], 'cname', publisher, settings);
  return { agenda, events, publisher, viewer, sink };
}

describe('a viewer’s peer', () => {
  it('starts with the past at the end of the turn in which it connects, and says so', () => {
    const { agenda, events, viewer, sink } = setUp();
    viewer.handlerFor(0).onConnected(2000);
    expect(sink.rtp).toHaveLength(0);
    expect(agenda.nextDue).toBe(2000);
    agenda.run(2000);
    expect(sink.rtp).toHaveLength(1);
    expect(events).toEqual(['started 1', 'started 2']);
    expect(agenda.nextDue).toBe(2005);
    for (let now = 2005; now < 2260; now += 5) agenda.run(now);
    expect(sink.rtp).toHaveLength(30);
    expect(agenda.nextDue).toBe(3000);
    expect(events).toEqual(['started 1', 'started 2']);
  });

  it('takes no RTP, not even what says to be of its publisher', () => {
    const { agenda, events, publisher, viewer, sink } = setUp();
    viewer.handlerFor(0).onConnected(2000);
    const memory = new TestMemory();
    for (let sequence = 30; sequence < 60; sequence += 1) {
      const bytes = rtpPacket({ sequence, timestamp: sequence * 3000, payload: keyPayload(sequence) });
      viewer.handlerFor(0).onRtp(memory, memory.arrive(bytes), bytes.length, 2000);
    }
    publisher.media.feed.flush(2000);
    for (let now = 2000; now < 2300; now += 5) agenda.run(now);
    expect(sink.rtp).toHaveLength(30);
    expect(events).toEqual(['started 1', 'started 2']);
  });

  it.each([0, 5, 100, 260])('leaves no timer and no reader behind when it goes %d ms later', (after) => {
    const { agenda, publisher, viewer, sink } = setUp();
    viewer.handlerFor(0).onConnected(2000);
    for (let now = 2000; now < 2000 + after; now += 5) agenda.run(now);
    expect(agenda.size).toBe(1);
    viewer.close();
    expect(agenda.size).toBe(0);
    expect(publisher.media.feed.readerCount).toBe(0);
    const sent = sink.sent.length;
    agenda.run(5000);
    expect(sink.sent).toHaveLength(sent);
  });

  it.each([
    [true, 0],
    [false, -1],
  ])('tells what it has carried in all, and when the first picture was whole: %s', (whole, firstFrame) => {
    const { agenda, viewer } = setUp(whole);
    viewer.handlerFor(0).onConnected(2000);
    agenda.run(2000);
    for (let now = 2005; now < 2260; now += 5) agenda.run(now);
    expect(viewer.measure(3000)?.totals).toEqual({
      packets: 30,
      bytes: expect.any(Number),
      lost: 0,
      repeated: 0,
      keyFrames: 0,
      // Nothing has been reported yet.
      roundTrip: 0,
      firstFrame,
    });
    expect(viewer.measure(3000.5)).toBeNull();
  });

  it('tells once how its peer is reached, and again when that has changed', () => {
    const { agenda, viewer, sink } = setUp();
    viewer.handlerFor(0).onConnected(2000);
    agenda.run(2000);
    const port = (now: number) => viewer.measure(now)?.path?.port;
    expect(port(3000)).toBeUndefined();
    sink.selected = 4;
    expect([port(4000), port(5000)]).toEqual([5004, undefined]);
    sink.selected = 0;
    expect([port(6000), port(7000)]).toEqual([5000, undefined]);
    sink.selected = -1;
    expect(port(8000)).toBeUndefined();
  });

  it('leaves no timer when it goes while its packets go out', () => {
    const { agenda, viewer, sink } = setUp();
    const begin = sink.begin.bind(sink);
    sink.begin = (size) => {
      viewer.close();
      return begin(size);
    };
    viewer.handlerFor(0).onConnected(2000);
    agenda.run(2000);
    expect(agenda.size).toBe(0);
  });
});

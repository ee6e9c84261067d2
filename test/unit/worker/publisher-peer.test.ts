import { expect, it } from 'vitest';
import type { WebRtcTransport } from '../../../src/transport/index.js';
import { PublisherPeer } from '../../../src/worker/publisher-peer.js';
import { FakeSink } from '../media/support/fake-sink.js';
import { keyPayload, rtpPacket, video } from '../media/support/packets.js';
import { settings } from '../media/support/publisher-bench.js';
import { TestMemory } from '../media/support/test-memory.js';

/** A publisher whose every packet is a key frame, each of another size than the one before. */
function setUp() {
  const memory = new TestMemory();
  const sizes: string[] = [];
  const publisher = new PublisherPeer(1, {
    schedule() {},
    cancel() {},
    started() {},
    failed() {},
  });
  publisher.transports.push(new FakeSink(memory) as unknown as WebRtcTransport);
  publisher.build(
    [video],
    memory,
    settings,
    () => {},
    (width, height) => sizes.push(`${width}x${height}`),
  );
  let sequence = 0;
  const change = (times: number, now: number) => {
    for (let index = 0; index < times; index += 1, sequence += 1) {
      const payload = keyPayload(sequence, sequence % 2 === 1);
      const bytes = rtpPacket({ sequence, timestamp: sequence * 3000, payload });
      publisher.media.onRtp(0, memory.arrive(bytes), bytes.length, now);
    }
  };
  return { publisher, sizes, change };
}

it('tells of each size, but of no more than five in a second and the last', () => {
  const { publisher, sizes, change } = setUp();
  change(3, 0);
  const [large, small] = [sizes[0] as string, sizes[1] as string];
  expect(large).not.toBe(small);
  expect(sizes).toEqual([large, small, large]);
  change(998, 500);
  expect(sizes).toEqual([large, small, large, small, large]);
  publisher.measure(1000);
  expect(sizes).toEqual([large, small, large, small, large, large]);
  publisher.measure(2000);
  change(1, 2100);
  expect(sizes.slice(6)).toEqual([small]);
});

it('tells what has come in all', () => {
  const { publisher, change } = setUp();
  publisher.handlerFor(0).onConnected(0);
  change(7, 0);
  const totals = publisher.measure(1000)?.totals;
  expect(totals).toMatchObject({
    packets: 7,
    keyFrames: 7,
    lost: 0,
    repeated: 0,
    roundTrip: 0,
    firstFrame: -1,
  });
  expect(totals?.bytes).toBe(publisher.media.tracks[0]?.octets);
});

it('does not tell of a size that was there before the last one', () => {
  const { publisher, sizes, change } = setUp();
  change(7, 0);
  publisher.measure(1000);
  expect(sizes).toHaveLength(6);
  publisher.measure(2000);
  expect(sizes).toHaveLength(6);
});

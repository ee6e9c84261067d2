import { describe, expect, it } from 'vitest';
import { elementRoom, slotSize } from '../../../src/media/packet-cache.js';
import { deltaPayload, downVideoSsrc, parsed, video } from './support/packets.js';
import { setUpPublisher } from './support/publisher-bench.js';
import { nack } from './support/rtcp.js';

/** A viewer, and a way to publish pictures as lists of payload sizes. */
function setUp() {
  const bench = setUpPublisher();
  const { viewer, sink } = bench.watch();
  bench.sendKey(0, 0);
  bench.flush();
  let sequence = 0;
  const picture = (timestamp: number, sizes: readonly number[]) => {
    for (const size of sizes) {
      sequence += 1;
      bench.sendVideo(sequence, 0, { timestamp, payload: deltaPayload(sequence, size) });
    }
  };
  const taken = () => sink.rtp.slice(1).map(({ bytes }) => parsed(bytes));
  return { ...bench, viewer, sink, picture, taken };
}

const sizes = (packets: { length: number; paddingLength: number }[]) =>
  packets.map(({ length, paddingLength }) => [length - 12, paddingLength]);

describe('the sizes of a picture’s packets', () => {
  it('are levelled where they differ by a few bytes, as encoders cut them', () => {
    const { picture, flush, taken } = setUp();
    picture(3000, [1055, 1055, 1055, 1056]);
    flush();
    expect(sizes(taken())).toEqual([
      [1056, 1],
      [1056, 1],
      [1056, 1],
      [1056, 0],
    ]);
    taken().forEach((packet, index) => {
      const payload = packet.memory.u8.subarray(
        packet.payloadOffset,
        packet.payloadOffset + packet.payloadLength,
      );
      expect(payload).toEqual(deltaPayload(index + 1, index === 3 ? 1056 : 1055));
    });
  });

  it('stay where the last is short, or one is much longer', () => {
    const { picture, flush, taken } = setUp();
    picture(3000, [1200, 1200, 300]);
    picture(6000, [500, 509, 501, 509]);
    flush();
    expect(sizes(taken())).toEqual([
      [1200, 0],
      [1200, 0],
      [300, 0],
      [500, 0],
      [509, 0],
      [509, 8],
      [509, 0],
    ]);
  });

  it('are levelled within a picture and a track only', () => {
    const { picture, flush, taken, sendAudio } = setUp();
    picture(3000, [100]);
    sendAudio(1, 0, { payload: deltaPayload(1, 99) });
    picture(6000, [101]);
    flush();
    expect(sizes(taken())).toEqual([
      [100, 0],
      [99, 0],
      [101, 0],
    ]);
  });

  it('stay where the cache has no room', () => {
    const { picture, flush, taken } = setUp();
    const padded = slotSize - elementRoom - 12;
    picture(3000, [padded - 1, padded]);
    picture(6000, [padded, padded + 1]);
    flush();
    expect(sizes(taken())).toEqual([
      [padded, 1],
      [padded, 0],
      [padded, 0],
      [padded + 1, 0],
    ]);
  });

  it('are the same when a packet goes again, and padding is not counted as media', () => {
    const { picture, flush, taken, sink, viewer, rtcp, memory } = setUp();
    void rtcp;
    picture(3000, [1055, 1056]);
    flush();
    const before = viewer.tracks[0]?.octets;
    const request = nack(downVideoSsrc, parsed(sink.rtp[1]?.bytes as Uint8Array).sequenceNumber);
    viewer.onRtcp(0, memory.arrive(request), request.length, 100);
    const [first, , again] = taken();
    expect(again?.sequenceNumber).toBe(first?.sequenceNumber);
    expect(again?.paddingLength).toBe(1);
    expect(sink.rtp.at(-1)?.bytes).toEqual(sink.rtp[1]?.bytes);
    expect((viewer.tracks[0]?.octets ?? 0) - (before ?? 0)).toBe(1055);
    expect(video.rtxPayloadType).toBeNull();
  });
});

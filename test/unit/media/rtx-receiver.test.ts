import { describe, expect, it } from 'vitest';
import {
  deltaPayload,
  ordinalOf,
  parsed,
  rtpPacket,
  rtxOf,
  video,
  videoSsrc,
  withRtx,
  withTransportCc,
} from './support/packets.js';
import { setUpPublisher } from './support/publisher-bench.js';

const setUp = () => {
  const bench = setUpPublisher([withTransportCc(withRtx(video))]);
  const { publisher, arrive, watch } = bench;
  const [track] = publisher.tracks;
  if (!track) throw new Error('no track');
  const original = (sequence: number) =>
    rtpPacket({
      sequence,
      timestamp: 3000 * sequence,
      marker: true,
      payload: deltaPayload(sequence, 50),
      transportSequence: 9,
    });
  let sequence = 65_535;
  const again = (bytes: Uint8Array, now: number, ssrc?: number) => {
    sequence = (sequence + 1) & 0xffff;
    arrive(rtxOf(bytes, ssrc === undefined ? { sequence } : { sequence, ssrc }), now);
  };
  return { ...bench, track, watch, original, again };
};

describe('RTX of a publisher', () => {
  it('becomes the packet that was lost, byte by byte', () => {
    const { track, arrive, again, original, memory } = setUp();
    for (const sequence of [65_533, 65_534, 1]) arrive(original(sequence), 0);
    expect(track.nack?.size).toBe(2);
    again(original(65_535), 40);
    again(original(0), 41);
    expect(track.nack?.size).toBe(0);
    for (const [index, sequence] of [
      [131_071, 65_535],
      [131_072, 0],
    ] as const) {
      const slot = track.cache.find(index);
      const wanted = parsed(original(sequence));
      const at = track.cache.payloadOffset(slot);
      expect(track.cache.timestamp(slot)).toBe(wanted.timestamp);
      expect(track.cache.hasMarker(slot)).toBe(true);
      expect(memory.u8.slice(at, at + track.cache.payloadLength(slot))).toEqual(deltaPayload(sequence, 50));
    }
    expect(track).toMatchObject({ packets: 5, dropped: 0, ssrc: videoSsrc });
  });

  it('reaches the viewers like any packet', () => {
    const { arrive, again, original, watch, sendKey, flush } = setUp();
    const { sink } = watch();
    sendKey(10, 0);
    arrive(original(12), 0);
    flush();
    again(original(11), 40);
    flush();
    expect(sink.rtp.map(({ bytes, index }) => [index, ordinalOf(bytes)])).toEqual([
      [0, 10],
      [2, 12],
      [1, 11],
    ]);
  });

  it('leaves the loss in reports, and not in what is told to clients', () => {
    const { publisher, track, arrive, again, original, told } = setUp();
    for (const sequence of [1, 2, 5, 6, 8]) arrive(original(sequence), 0);
    again(original(3), 50);
    again(original(4), 50);
    again(original(4), 60);
    expect(track.reception.lost).toBe(1);
    publisher.onTime(1000);
    expect(told().blocks).toMatchObject([{ cumulativeLost: 3, fractionLost: 96 }]);
  });

  it('is reported with the transport, probes of nothing but padding too', () => {
    const { publisher, track, arrive, original, told } = setUp();
    arrive(original(1), 0);
    const probe = rtpPacket({
      sequence: 7,
      ssrc: 0xbead_0011,
      payloadType: 103,
      payload: new Uint8Array(8),
      transportSequence: 11,
    });
    probe[0] = (probe[0] as number) | 0x20;
    probe[probe.length - 1] = 8;
    arrive(probe, 5);
    publisher.onTime(60);
    expect(told().arrived).toEqual([9, 11]);
    expect(track).toMatchObject({ packets: 1, dropped: 0 });
    expect(publisher.dropped).toBe(0);
  });

  it('measures the time of an answer, which a late packet does not', () => {
    const { publisher, track, arrive, again, original } = setUp();
    arrive(original(1), 0);
    arrive(original(4), 10);
    publisher.onTime(20);
    arrive(original(2), 25);
    expect(track.nack?.answerTime.ms).toBe(100);
    again(original(3), 83);
    expect(track.nack?.answerTime.ms).toBe(63);
  });
});

describe('RTX that repeats nothing', () => {
  it.each([0, 1])('%d bytes long is dropped', (length) => {
    const { track, arrive, original } = setUp();
    arrive(original(1), 0);
    arrive(
      rtpPacket({ sequence: 7, ssrc: 0xbead_0011, payloadType: 103, payload: new Uint8Array(length) }),
      5,
    );
    expect(track.packets).toBe(1);
  });

  it('comes before the track has a source', () => {
    const { track, again, original } = setUp();
    for (const sequence of [1, 2, 3, 4]) again(original(sequence), 0);
    expect(track).toMatchObject({ packets: 0, ssrc: -1 });
  });

  it('names a number far away: it starts nothing anew', () => {
    const { track, arrive, again, original } = setUp();
    arrive(original(1000), 0);
    for (const sequence of [10_000, 10_001, 10_002, 10_003, 40_000]) again(original(sequence), 5);
    expect(track).toMatchObject({ packets: 1, epoch: 0, dropped: 5 });
    arrive(original(1001), 10);
    expect(track.packets).toBe(2);
  });

  it('is under a payload type that was not agreed on', () => {
    const { publisher, track, arrive, original } = setUp();
    arrive(original(1), 0);
    arrive(rtxOf(original(2), { payloadType: 104 }), 5);
    expect(publisher.dropped).toBe(1);
    expect(track.packets).toBe(1);
  });

  it('is of the source before a new start, whose numbers are others', () => {
    const { track, arrive, again, original } = setUp();
    for (const sequence of [100, 101, 103]) arrive(original(sequence), 0);
    again(original(102), 20);
    const anew = (sequence: number) => {
      const bytes = original(sequence);
      new DataView(bytes.buffer).setUint32(8, 0x99);
      return bytes;
    };
    for (const sequence of [95, 96, 97, 99]) arrive(anew(sequence), 30);
    expect(track.epoch).toBe(1);
    const before = track.packets;
    again(original(98), 40);
    expect(track.packets).toBe(before);
    again(anew(98), 41, 0xbead_0099);
    expect(track.packets).toBe(before + 1);
  });
});

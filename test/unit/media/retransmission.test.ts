import { describe, expect, it } from 'vitest';
import { setUpDownTrack } from './support/down-track-bench.js';
import {
  deltaPayload,
  downRtxSsrc,
  downVideoSsrc,
  keyPayload,
  ordinalOf,
  originalOf,
  parsed,
  video,
  withRtx,
} from './support/packets.js';

function setUp() {
  const bench = setUpDownTrack({ description: withRtx(video), firstIndex: 32_766 });
  const { publish, publishKey, sink } = bench;
  publishKey({ sequence: 65_534, timestamp: 2 ** 32 - 10 });
  for (let sequence = 65_535; sequence < 65_545; sequence += 1) {
    publish({
      sequence: sequence & 0xffff,
      timestamp: sequence,
      marker: true,
      payload: deltaPayload(sequence, 40),
    });
  }
  const first = sink.sent.splice(0);
  return { ...bench, first };
}

describe('what a viewer with RTX lost', () => {
  it('comes as RTX, byte by byte', () => {
    const { track, sink } = setUp();
    track.resend(32_767, 100, 50);
    track.resend(32_766, 100, 50);
    const [delta, key] = sink.sent;
    expect([...(delta?.bytes ?? [])]).toEqual([
      ...[0x80, 0x80 | 97, 0x7f, 0xfe, 0, 0, 0xff, 0xff, 0x51, 0x10, 0, 0x11],
      ...[0x7f, 0xff],
      ...deltaPayload(65_535, 40),
    ]);
    expect([...(key?.bytes ?? [])]).toEqual([
      ...[0x80, 97, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xf6, 0x51, 0x10, 0, 0x11],
      ...[0x7f, 0xfe],
      ...keyPayload(65_534),
    ]);
    expect(sink.sent.map(({ index }) => index)).toEqual([32_766, 32_767]);
  });

  it('is the packet it had, once unwrapped', () => {
    const { track, sink, first } = setUp();
    for (const { index } of first) track.resend(index & 0xffff, 100, 50);
    const unwrapped = sink.sent.map(({ bytes }) => originalOf(bytes, downVideoSsrc, 96));
    expect(unwrapped).toEqual(first.map(({ bytes }) => bytes));
    expect(track).toMatchObject({ retransmitted: 11, packets: 11, octets: octetsOf(first) });
    expect(track.rtxOctets).toBe(octetsOf(first) + 22);
  });

  it('leaves the cache as it was', () => {
    const { track, up, memory } = setUp();
    const slot = up.cache.find(65_536 + 65_535);
    const end = up.cache.payloadOffset(slot) + 40;
    const before = memory.u8.slice(end - 60, end);
    track.resend(32_767, 100, 50);
    expect(memory.u8.slice(end - 60, end)).toEqual(before);
  });

  it('is numbered without gaps, whatever the send queue takes', () => {
    const { track, sink } = setUp();
    track.resend(32_767, 100, 50);
    sink.full = true;
    track.resend(32_768, 100, 50);
    sink.full = false;
    track.resend(32_769, 100, 50);
    expect(sink.sent.map(({ bytes, index }) => [index, ordinalOf(bytes)])).toEqual([
      [32_766, 65_535],
      [32_767, 65_537],
    ]);
    expect(track.retransmitted).toBe(2);
  });

  it('moves nothing in the numbering of the media', () => {
    const { track, sink, publish } = setUp();
    for (let sequence = 32_766; sequence < 32_776; sequence += 1) track.resend(sequence, 100, 50);
    sink.sent.length = 0;
    publish({ sequence: 9, timestamp: 65_545 });
    const [next] = sink.sent;
    expect(next?.index).toBe(32_777);
    expect(parsed(next?.bytes as Uint8Array)).toMatchObject({ ssrc: downVideoSsrc, payloadType: 96 });
  });
});

describe('a viewer without RTX', () => {
  it('gets the packet itself', () => {
    const { track, sink, publishKey } = setUpDownTrack({ firstIndex: 5 });
    publishKey({ sequence: 1 });
    const [first] = sink.sent.splice(0);
    track.resend(5, 100, 50);
    expect(sink.sent[0]).toEqual(first);
    expect(parsed(first?.bytes as Uint8Array).ssrc).not.toBe(downRtxSsrc);
    expect(track).toMatchObject({ packets: 2, retransmitted: 1, rtxOctets: 0 });
  });
});

function octetsOf(packets: readonly { readonly bytes: Uint8Array }[]): number {
  return packets.reduce((sum, { bytes }) => sum + parsed(bytes).payloadLength, 0);
}

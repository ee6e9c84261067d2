import { describe, expect, it } from 'vitest';
import { type DownTrackDescription, Viewer } from '../../../src/media/index.js';
import { FakeSink } from './support/fake-sink.js';
import { audio, audioSsrc, down, parsed, rtpPacket, withRed } from './support/packets.js';
import { setUpPublisher } from './support/publisher-bench.js';
import { nack } from './support/rtcp.js';

const red = 63;
const opus = 111;
/** How viewers know them. */
const theirRed = 35;
const theirOpus = 105;

/** A packet's Opus: four bytes, its number among them. */
function frame(ordinal: number): number[] {
  return [0xfc, ordinal >> 8, ordinal & 0xff, 0x5a];
}

/** A RED payload: frames before it at 20 ms each, then the packet's own. */
function wrapped(ordinal: number, generations = 1): Uint8Array {
  const before = Array.from({ length: generations }, (_, index) => generations - index);
  const headers = before.flatMap((age) => {
    const word = ((age * 960) << 10) | 4;
    return [0x80 | opus, (word >> 16) & 0xff, (word >> 8) & 0xff, word & 0xff];
  });
  return Uint8Array.from([
    ...headers,
    opus,
    ...before.flatMap((age) => frame(ordinal - age)),
    ...frame(ordinal),
  ]);
}

const plain = (ordinal: number) => Uint8Array.from(frame(ordinal));

/** A publisher of redundant audio, and viewers that take it or do not. */
function setUp(changes: Partial<DownTrackDescription> = {}) {
  const track = withRed(audio);
  const bench = setUpPublisher([track]);
  const { publisher, memory, flush, arrive } = bench;
  const [up] = publisher.tracks;
  if (!up) throw new Error('no track');
  const watch = (redPayloadType: number | null) => {
    const sink = new FakeSink(memory);
    const description = down(track, 0, { redPayloadType, ...changes });
    const listener = { onStarted: () => {}, onKeyFrameNeeded: () => {} };
    const viewer = new Viewer(publisher.feed, [description], [sink], 500, Buffer.from('abc'), listener);
    viewer.onConnected(0);
    const ask = (numbers: readonly number[], now: number) => {
      const bytes = nack(description.ssrc, ...numbers);
      viewer.onRtcp(0, memory.arrive(bytes), bytes.length, now);
    };
    /** Payload type, number and payload of what went out since the last call. */
    const taken = () =>
      sink.sent
        .splice(0)
        .filter(({ isRtcp }) => !isRtcp)
        .map(({ bytes }) => {
          const { payloadType, sequenceNumber, payloadOffset } = parsed(bytes);
          return [payloadType, sequenceNumber, bytes.slice(payloadOffset)] as const;
        });
    return { viewer, taken, ask };
  };
  const send = (payloadType: number, sequence: number, payload: Uint8Array, now = 20 * sequence) => {
    arrive(rtpPacket({ ssrc: audioSsrc, payloadType, sequence, timestamp: 960 * sequence, payload }), now);
    flush(now);
  };
  return { ...bench, up, watch, send };
}

describe('redundant audio', () => {
  it('goes as it is to a viewer that takes it, each packet under the payload type it came with', () => {
    const { send, watch, up } = setUp();
    const viewer = watch(theirRed);
    send(opus, 1, plain(1));
    send(red, 2, wrapped(2));
    send(red, 3, wrapped(3, 2));
    send(opus, 4, plain(4));
    expect(viewer.taken()).toEqual([
      [theirOpus, 500, plain(1)],
      [theirRed, 501, wrapped(2)],
      [theirRed, 502, wrapped(3, 2)],
      [theirOpus, 503, plain(4)],
    ]);
    expect(up).toMatchObject({ packets: 4, dropped: 0 });
  });

  it('goes as Opus alone to any other, under one payload type, numbered alike', () => {
    const { send, watch } = setUp();
    const viewer = watch(null);
    send(opus, 1, plain(1));
    send(red, 2, wrapped(2));
    send(red, 3, wrapped(3, 2));
    send(red, 4, Uint8Array.of(opus, ...frame(4)));
    send(opus, 5, plain(5));
    expect(viewer.taken()).toEqual(
      [1, 2, 3, 4, 5].map((ordinal) => [theirOpus, 499 + ordinal, plain(ordinal)]),
    );
    expect(viewer.viewer.tracks[0]).toMatchObject({ packets: 5, octets: 20 });
  });

  it('is sent again byte by byte, whichever way it went', () => {
    const { send, watch } = setUp();
    const viewers = [watch(theirRed), watch(null)];
    for (let sequence = 1; sequence <= 6; sequence += 1)
      send(
        sequence % 3 === 0 ? opus : red,
        sequence,
        sequence % 3 === 0 ? plain(sequence) : wrapped(sequence),
      );
    for (const { taken, ask } of viewers) {
      const before = taken();
      expect(before).toHaveLength(6);
      // The sink throws if one packet index seals two different packets.
      ask([500, 501, 502, 503, 504, 505], 1000);
      expect(taken()).toEqual(before);
    }
  });

  it('is one sequence: what is missing shows as a gap in both, and comes late as it is', () => {
    const { send, watch, up } = setUp();
    const viewers = [watch(theirRed), watch(null)];
    send(opus, 1, plain(1));
    send(red, 3, wrapped(3));
    expect(up.nack?.size).toBe(1);
    send(red, 2, wrapped(2), 70);
    expect(up.nack?.size).toBe(0);
    expect(viewers.map(({ taken }) => taken().map(([payloadType, number]) => [payloadType, number]))).toEqual(
      [
        [
          [theirOpus, 500],
          [theirRed, 502],
          [theirRed, 501],
        ],
        [
          [theirOpus, 500],
          [theirOpus, 502],
          [theirOpus, 501],
        ],
      ],
    );
  });

  it('keeps apart what lies in a slot and what lay there before', () => {
    const { send, watch } = setUp();
    const viewer = watch(null);
    const last = 256 * 2 + 3;
    for (let sequence = 1; sequence <= last; sequence += 1) {
      const isRed = Math.floor(sequence / 256) % 2 === 0;
      send(isRed ? red : opus, sequence, isRed ? wrapped(sequence) : plain(sequence));
    }
    expect(viewer.taken().map(([, , payload]) => payload)).toEqual(
      Array.from({ length: last }, (_, index) => plain(index + 1)),
    );
  });

  it.each([
    ['no primary block', Uint8Array.of(0x80 | opus, 0x0f, 0, 0)],
    ['a block longer than the packet', Uint8Array.of(0x80 | opus, 0x0f, 0, 9, opus, 1, 2, 3)],
    ['a primary block of another codec', Uint8Array.of(8, 1, 2, 3)],
    ['redundancy within redundancy', Uint8Array.of(red, ...wrapped(2))],
    ['headers without end', new Uint8Array(1200).fill(0xff)],
  ])('is dropped, and counted, with %s', (_what, payload) => {
    const { send, watch, up } = setUp();
    const viewers = [watch(theirRed), watch(null)];
    send(red, 1, wrapped(1));
    send(red, 2, payload);
    send(red, 3, wrapped(3));
    expect(up).toMatchObject({ packets: 2, dropped: 1 });
    for (const { taken } of viewers) expect(taken().map(([, number]) => number)).toEqual([500, 502]);
  });

  it('lets packets of padding through, with which Chromium probes under either payload type', () => {
    const { arrive, flush, send, watch, up } = setUp();
    const viewers = [watch(theirRed), watch(null)];
    send(red, 1, wrapped(1));
    for (const [sequence, payloadType] of [[2, red] as const, [3, opus] as const]) {
      const padded = rtpPacket({
        ssrc: audioSsrc,
        payloadType,
        sequence,
        payload: Uint8Array.of(0, 0, 0, 4),
      });
      padded[0] = 0xa0;
      arrive(padded, 40);
    }
    flush(40);
    send(red, 4, wrapped(4));
    expect(up).toMatchObject({ packets: 4, dropped: 0 });
    for (const { taken } of viewers)
      expect(taken().map(([, number, payload]) => [number, payload.length > 0])).toEqual([
        [500, true],
        [501, false],
        [502, false],
        [503, true],
      ]);
  });

  it('is not taken where it was not agreed on', () => {
    const { publisher, arrive } = setUpPublisher([audio]);
    arrive(rtpPacket({ ssrc: audioSsrc, payloadType: red, payload: wrapped(1) }), 0);
    expect(publisher.dropped).toBe(1);
    expect(publisher.tracks[0]).toMatchObject({ packets: 0 });
    expect(publisher.tracks[0]?.cache.primaries).toBeNull();
  });

  it('keeps Opus alone where a reader of the feed finds it', () => {
    const { send, up, memory } = setUp();
    send(red, 7, wrapped(7, 3));
    send(opus, 8, plain(8));
    const { primaries } = up.cache;
    for (const sequence of [7, 8]) {
      const slot = up.cache.find(0x1_0000 + sequence);
      const at = primaries?.offsets[slot] as number;
      expect(memory.u8.slice(at, at + (primaries?.lengths[slot] as number))).toEqual(plain(sequence));
    }
  });

  it('comes as RTX, where a viewer without redundancy asks for that, of Opus alone', () => {
    const { send, watch } = setUp({ rtxPayloadType: 125, rtxSsrc: 0x77 });
    const viewer = watch(null);
    send(red, 1, wrapped(1));
    send(red, 2, wrapped(2));
    viewer.taken();
    viewer.ask([500, 501], 1000);
    expect(viewer.taken()).toEqual([
      [125, 500, Uint8Array.of(500 >> 8, 500 & 0xff, ...frame(1))],
      [125, 501, Uint8Array.of(501 >> 8, 501 & 0xff, ...frame(2))],
    ]);
    send(red, 3, wrapped(3));
    expect(viewer.taken()).toEqual([[theirOpus, 502, plain(3)]]);
  });
});

import { describe, expect, it } from 'vitest';
import {
  absCaptureTimeUri,
  absSendTimeUri,
  audioLevelUri,
  dependencyDescriptorUri,
  memoryOf,
  midUri,
  playoutDelayUri,
  videoOrientationUri,
} from '../../../src/kit/index.js';
import { DownTrack } from '../../../src/media/down-track.js';
import {
  PacketCache,
  type TrackDescription,
  type TrackExtension,
  UpTrack,
} from '../../../src/media/index.js';
import { ExtensionWriter } from '../../../src/rtp/index.js';
import { FakeSink } from './support/fake-sink.js';
import {
  arriving,
  down,
  keyPayload,
  originalOf,
  parsed,
  rtpPacket,
  video,
  withRtx,
} from './support/packets.js';
import { TestMemory } from './support/test-memory.js';

const ignore = () => {};
const listener = { onKeyFrame: ignore, onSize: ignore, onBroken: ignore, onRestart: ignore };
const published: readonly TrackExtension[] = [
  { id: 1, uri: audioLevelUri },
  { id: 13, uri: videoOrientationUri },
  { id: 5, uri: playoutDelayUri },
  { id: 9, uri: absCaptureTimeUri },
  { id: 12, uri: dependencyDescriptorUri },
];

/** A key frame with these elements. */
function packetWith(
  elements: readonly (readonly [id: number, value: readonly number[]])[],
  twoByte = false,
): Uint8Array {
  const bare = rtpPacket({ sequence: 7, payload: keyPayload(7) });
  const room = memoryOf(new Uint8Array(200));
  const writer = new ExtensionWriter();
  writer.begin(room, 12, twoByte);
  for (const [id, value] of elements) {
    room.u8.set(value, 150);
    writer.add(id, 150, value.length);
  }
  const length = writer.end();
  room.u8.set(bare.subarray(0, 12));
  if (length > 0) room.u8[0] = 0x90;
  room.u8.set(bare.subarray(12), 12 + length);
  return room.u8.slice(0, bare.length + length);
}

let following = 0;

/** The same packet with the next sequence number. */
function packetAfter(bytes: Uint8Array): Uint8Array {
  following += 1;
  const next = bytes.slice();
  memoryOf(next).view.setUint16(2, memoryOf(bytes).view.getUint16(2) + following);
  return next;
}

/** What a viewer with these extensions gets for a packet. */
function setUp(
  extensions: readonly TrackExtension[],
  description: TrackDescription = withRtx(video),
  mid: string | null = null,
) {
  const memory = new TestMemory();
  const cache = PacketCache.create(memory, 64, published) as PacketCache;
  const up = new UpTrack(0, { ...description, extensions: published }, cache, listener);
  const sink = new FakeSink(memory);
  const track = new DownTrack(down({ ...description, extensions }, 0, { mid }), up, sink, 100);
  const forward = (bytes: Uint8Array, now = 0) => {
    track.forward(up.receive(arriving(memory, bytes), now), now, 0);
    return sink.sent.at(-1)?.bytes as Uint8Array;
  };
  return { track, sink, forward };
}

/** The header extension behind the fixed header. */
function extensionOf(bytes: Uint8Array): number[] {
  return [...bytes.subarray(12, parsed(bytes).payloadOffset)];
}

describe('header extensions on packets to a viewer', () => {
  it('are the publisher’s values under the viewer’s ids', () => {
    const { forward } = setUp([
      { id: 2, uri: videoOrientationUri },
      { id: 14, uri: playoutDelayUri },
      { id: 3, uri: audioLevelUri },
      { id: 4, uri: absCaptureTimeUri },
    ]);
    const capture = [1, 2, 3, 4, 5, 6, 7, 8];
    const sent = forward(
      packetWith([
        [1, [0x85]],
        [13, [3]],
        [5, [1, 2, 3]],
        [9, capture],
      ]),
    );
    expect(extensionOf(sent)).toEqual([
      ...[0xbe, 0xde, 0, 5],
      ...[0x20, 3],
      ...[0xe2, 1, 2, 3],
      ...[0x30, 0x85],
      ...[0x47, ...capture],
      ...[0, 0, 0],
    ]);
    expect([...sent.subarray(parsed(sent).payloadOffset)]).toEqual([...keyPayload(7)]);
  });

  it('are none where the packet has none, and none that the viewer does not take', () => {
    const { forward, sink } = setUp([{ id: 2, uri: videoOrientationUri }]);
    expect(parsed(forward(packetWith([]))).extensionLength).toBe(0);
    expect(sink.sent[0]?.bytes[0]).toBe(0x80);
    expect(extensionOf(setUp([]).forward(packetWith([[13, [3]]])))).toEqual([]);
  });

  it('have the two-byte form where a dependency descriptor is too long for the other', () => {
    const wanted = [{ id: 4, uri: dependencyDescriptorUri }];
    const { forward } = setUp([{ id: 2, uri: videoOrientationUri }, ...wanted]);
    const descriptor = (length: number) => Array.from({ length }, (_, at) => at);
    const packet = (length: number) =>
      packetWith([[13, [3]] as const, [12, descriptor(length)] as const], true);
    const sent = (length: number) => extensionOf(forward(packetAfter(packet(length))));
    expect(sent(2)).toEqual([0xbe, 0xde, 0, 1, 0x20, 3, 0, 0]);
    expect(sent(16)).toEqual([0xbe, 0xde, 0, 5, 0x20, 3, 0x4f, ...descriptor(16), 0]);
    expect(sent(17)).toEqual([0x10, 0, 0, 6, 2, 1, 3, 4, 17, ...descriptor(17), 0, 0]);
    const long = setUp([{ id: 200, uri: midUri }, ...wanted], withRtx(video), '1').forward;
    expect(extensionOf(long(packet(3)))).toEqual([0x10, 0, 0, 2, 200, 1, 0x31, 4, 3, 0, 1, 2]);
  });

  it('leave out values of a length that their URI does not have', () => {
    const { forward } = setUp([
      { id: 2, uri: videoOrientationUri },
      { id: 4, uri: absCaptureTimeUri },
      { id: 3, uri: audioLevelUri },
    ]);
    const sent = forward(
      packetWith([
        [13, [3, 3]],
        [9, [1, 2, 3]],
        [1, [7]],
      ]),
    );
    expect(extensionOf(sent)).toEqual([0xbe, 0xde, 0, 1, 0x30, 7, 0, 0]);
  });

  it('name the viewer’s own m-section on every packet, and its repetition', () => {
    const { track, forward, sink } = setUp([{ id: 4, uri: midUri }], withRtx(video), '1');
    const sent = forward(packetWith([]));
    expect(extensionOf(sent)).toEqual([0xbe, 0xde, 0, 1, 0x40, 0x31, 0, 0]);
    expect(extensionOf(forward(packetAfter(packetWith([[13, [3]]]))))).toEqual(extensionOf(sent));
    track.resend(100, 500, 20);
    expect(extensionOf(sink.sent.at(-1)?.bytes as Uint8Array)).toEqual(extensionOf(sent));
  });

  it('name it the same each time where a packet goes again as it was', () => {
    const { track, forward, sink } = setUp([{ id: 4, uri: midUri }], video, 'video');
    expect(extensionOf(forward(packetWith([])))).toEqual([
      ...[0xbe, 0xde, 0, 2, 0x44, ...Buffer.from('video'), 0, 0],
    ]);
    track.resend(100, 9000, 20);
    expect(sink.sent[1]).toEqual(sink.sent[0]);
  });

  it('name no m-section that has no name', () => {
    expect(extensionOf(setUp([{ id: 4, uri: midUri }]).forward(packetWith([])))).toEqual([]);
  });

  it('have the two-byte form on all packets where one id needs it', () => {
    const wanted = [
      { id: 6, uri: absSendTimeUri },
      { id: 200, uri: videoOrientationUri },
      { id: 4, uri: midUri },
    ];
    const { track, forward, sink } = setUp(wanted, withRtx(video), '1');
    const always = [6, 3, 0x06, 0, 0, 4, 1, 0x31];
    const first = forward(packetWith([[13, [3]]]), 1500);
    expect(extensionOf(first)).toEqual([0x10, 0, 0, 3, ...always, 200, 1, 3, 0]);
    expect([...first.subarray(parsed(first).payloadOffset)]).toEqual([...keyPayload(7)]);
    expect(extensionOf(forward(packetAfter(packetWith([])), 1500))).toEqual([0x10, 0, 0, 2, ...always]);
    track.resend(100, 1500, 20);
    expect(extensionOf(sink.sent.at(-1)?.bytes as Uint8Array)).toEqual(extensionOf(first));
  });

  it('fill their room to the last byte in the two-byte form', () => {
    const wanted = [
      { id: 16, uri: absSendTimeUri },
      { id: 17, uri: playoutDelayUri },
      { id: 18, uri: audioLevelUri },
      { id: 19, uri: videoOrientationUri },
      { id: 20, uri: absCaptureTimeUri },
      { id: 21, uri: midUri },
    ];
    const { forward } = setUp(wanted, withRtx(video), 'm'.repeat(16));
    // The sink throws on what is written outside the room that was asked for.
    const sent = forward(
      packetWith([
        [1, [1]],
        [13, [3]],
        [5, [1, 2, 3]],
        [9, Array.from({ length: 16 }, (_, index) => index)],
      ]),
    );
    expect(extensionOf(sent).length).toBe(4 + 4 * Math.ceil((12 + 3 + 3 + 1 + 1 + 16 + 16) / 4));
  });

  it('say when each packet leaves, and its repetition, which is a packet of its own', () => {
    const { track, forward, sink } = setUp([{ id: 6, uri: absSendTimeUri }]);
    const sent = forward(packetWith([[13, [1]]]), 1500);
    expect(extensionOf(sent)).toEqual([0xbe, 0xde, 0, 1, 0x62, 0x06, 0, 0]);
    track.resend(100, 64_000 + 250, 20);
    expect(extensionOf(sink.sent[1]?.bytes as Uint8Array)).toEqual([0xbe, 0xde, 0, 1, 0x62, 0x01, 0, 0]);
  });

  it('do not say when a packet leaves that may go again as it is: its index must not seal another', () => {
    const wanted = [
      { id: 6, uri: absSendTimeUri },
      { id: 2, uri: videoOrientationUri },
    ];
    const { track, forward, sink } = setUp(wanted, video);
    const sent = forward(packetWith([[13, [3]]]), 1500);
    expect(extensionOf(sent)).toEqual([0xbe, 0xde, 0, 1, 0x20, 3, 0, 0]);
    track.resend(100, 9000, 20);
    expect(sink.sent[1]).toEqual(sink.sent[0]);
  });

  it('ask the viewer to hold back the picture, in place of what the publisher says of that', () => {
    const { track, forward } = setUp([{ id: 6, uri: playoutDelayUri }]);
    const published = packetWith([[5, [0, 0x10, 0x20]]]);
    expect(extensionOf(forward(published))).toEqual([0xbe, 0xde, 0, 1, 0x62, 0, 0x10, 0x20]);
    const sendUntil = (from: number, until: number) => {
      const values = [];
      for (let now = from; now < until; now += 20)
        values.push(
          extensionOf(forward(packetAfter(published), now))
            .slice(4)
            .join(),
        );
      return [...new Set(values)];
    };
    track.delayPlayout(33);
    expect(sendUntil(1000, 2000)).toEqual([10, 20, 30].map((ms) => `98,0,${(ms / 10) * 16 + 3},232`));
    track.delayPlayout(0);
    expect(sendUntil(2000, 3000)).toEqual([20, 10, 0].map((ms) => `98,0,${(ms / 10) * 16 + 3},232`));
  });

  it('ask nothing of a viewer that gets packets again as they were', () => {
    const { track, forward } = setUp([{ id: 6, uri: playoutDelayUri }], video);
    track.delayPlayout(200);
    expect(extensionOf(forward(packetWith([])))).toEqual([]);
  });

  it('are on RTX as on the packet it repeats, whose own the cache keeps', () => {
    const { track, forward, sink } = setUp([{ id: 2, uri: videoOrientationUri }]);
    const first = forward(
      packetWith([
        [5, [9, 9, 9]],
        [13, [3]],
      ]),
      0,
    );
    for (const now of [100, 200]) track.resend(100, now, 20);
    const [, ...repeated] = sink.sent.map(({ bytes }) => bytes);
    expect(repeated.map((bytes) => originalOf(bytes, parsed(first).ssrc, 96))).toEqual([first, first]);
  });

  it('are those of the packet that lies in the slot now', () => {
    const { forward } = setUp([{ id: 2, uri: videoOrientationUri }]);
    forward(packetWith([[13, [3]]]));
    const later = packetWith([]);
    new DataView(later.buffer).setUint16(2, 7 + 64);
    expect(extensionOf(forward(later))).toEqual([]);
  });
});

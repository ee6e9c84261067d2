import { dependencyDescriptorUri, memoryOf, rtpStreamIdUri } from '../../src/kit/index.js';
import {
  type Feed,
  type MemoryPool,
  Publisher,
  type TrackDescription,
  Viewer,
} from '../../src/media/index.js';
import { ExtensionWriter, writeRtpHeader } from '../../src/rtp/index.js';
import { FakeSink } from '../../test/unit/media/support/fake-sink.js';
import { audio, down, video, withTransportCc } from '../../test/unit/media/support/packets.js';
import type { TestMemory } from '../../test/unit/media/support/test-memory.js';
import { type FuzzTarget, promise } from '../engine/target.js';
import { capturedDescriptors, capturedPayloads, encoded, fromHex } from './seeds.js';

/** The same memory for each input, handed out anew from its beginning; datagrams arrive in front. */
class ReusedMemory implements MemoryPool {
  readonly u8 = new Uint8Array(8 << 20);
  readonly view = new DataView(this.u8.buffer);
  readonly blocks = new Set<number>();
  private end = 4096;

  reset(): void {
    this.blocks.clear();
    this.end = 4096;
  }

  allocate(size: number): number {
    const offset = this.end;
    if (offset + size > this.u8.length) return -1;
    this.end += size;
    this.blocks.add(offset);
    return offset;
  }

  release(offset: number): void {
    promise(this.blocks.delete(offset), `no block at ${offset} to release`);
  }

  arrive(bytes: Uint8Array): number {
    this.u8.fill(0xbb, 16 + bytes.length, 80 + bytes.length);
    this.u8.set(bytes, 16);
    return 16;
  }
}

/** Most inputs that one publisher and its viewer get before there are others. */
const LIFE = 256;

const settings = {
  keyFrameRequestInterval: 1000,
  rtpActivityTimeout: 5000,
  packetCache: 64,
  fastStart: true,
  fastStartMaxAge: 3000,
  maxLossDelay: 400,
};

const codec = (name: string, payloadType: number): Partial<TrackDescription> => ({
  codec: { name, payloadType, clockRate: 90_000, channels: 1, fmtp: '' },
});

const RID = { id: 4, uri: rtpStreamIdUri };

/** Payload types of the tracks: 102 H264, 96 VP8 in encodings, 98 VP9, 45 AV1 with descriptors, 111 sound in 63. */
const ways: readonly (readonly TrackDescription[])[] = [
  [withTransportCc({ ...video, rtxPayloadType: 103 }), { ...audio, redPayloadType: 63 }],
  [{ ...video, ...codec('VP8', 96), rtxPayloadType: 97, extensions: [RID], encodings: ['h', 'l'] }, audio],
  [{ ...video, ...codec('VP9', 98) }, audio],
  [{ ...video, ...codec('AV1', 45), extensions: [{ id: 13, uri: dependencyDescriptorUri }] }, audio],
];

/** One byte of what it is and of time, then a length: RTP of the publisher, its RTCP, RTCP of the viewer. */
function framed(what: number, step: number, bytes: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.of(what | (step << 2), bytes.length >> 8, bytes.length & 255), bytes]);
}

interface Peers {
  readonly publisher: Publisher;
  readonly viewer: Viewer;
  /** When the publisher has asked to be called. */
  readonly due: () => number;
}

/**
 * A publisher and a viewer of its tracks: what a peer with keys may send, in any order and at any time. What goes out is
 * checked by the sink: nothing outside its room, no index twice. They live for some inputs, as if these were one.
 */
export function mediaTarget(way: 0 | 1 | 2 | 3): FuzzTarget {
  const tracks = ways[way]!;
  const memory = new ReusedMemory();
  const testMemory = memory as unknown as TestMemory;
  const pending: Feed[] = [];
  const history: Uint8Array[] = [];
  let peers: Peers | null = null;
  let now = 0;

  function meet(): Peers {
    memory.reset();
    pending.length = 0;
    now = 0;
    const sink = new FakeSink(testMemory);
    const viewerSink = new FakeSink(testMemory);
    let due = Number.NaN;
    const silent = {
      onStarted() {},
      onVideoSize() {},
      onSilent() {},
      onDue: (at: number) => {
        due = at;
      },
    };
    const name = Buffer.from('cname');
    const publisher = Publisher.create(tracks, [sink], memory, 1, name, settings, silent, (feed) =>
      pending.push(feed),
    )!;
    publisher.onConnected(0);
    const downs = tracks.map((track, index) => down(track, index, { transport: 0 }));
    const viewer = new Viewer(publisher.feed, downs, [viewerSink], 0, name, {
      onStarted() {},
      onKeyFrameNeeded: (at, up) => publisher.requestKeyFrame(at, up),
    });
    viewer.onConnected(0);
    return { publisher, viewer, due: () => due };
  }

  /** @throws BrokenInvariant when something of what they had is kept */
  function part(): void {
    if (peers === null) return;
    const { publisher, viewer } = peers;
    peers = null;
    viewer.close();
    publisher.close();
    // Those of the sinks.
    promise(memory.blocks.size === 2, `${memory.blocks.size - 2} blocks are kept`);
  }

  function take({ publisher, viewer }: Peers, what: number, bytes: Uint8Array): void {
    const { length } = bytes;
    const offset = memory.arrive(bytes);
    if (what === 0 || what === 3) publisher.onRtp(0, offset, length, now);
    else if (what === 1) publisher.onRtcp(0, offset, length, now);
    else viewer.onRtcp(0, offset, length, now);
    for (const feed of pending.splice(0)) feed.flush(now);
    const due = Math.min(publisher.onTime(now), viewer.onTime(now));
    promise(due > now && !Number.isNaN(due), `due at ${due} when it is ${now}`);
  }

  return {
    kind: 'binary',
    maxLength: 8192,
    limitMs: 250,
    seeds: () => seedsOf(way),
    dictionary: fromHex(
      '80e6',
      '8066',
      '8060',
      '8062',
      '802d',
      '806f',
      '803f',
      'bede0001',
      '81cd',
      '81ce',
      '8fcd',
      '81c9',
    ),
    history: {
      inputs: () => Buffer.concat(history),
      forget() {
        history.length = 0;
        peers = null;
      },
    },
    run(input) {
      if (peers === null) {
        history.length = 0;
        peers = meet();
      }
      history.push(whole(input));
      for (let at = 0; at + 3 <= input.length; ) {
        const what = input[at]! & 3;
        now += (input[at]! >> 2) ** 2;
        const length = Math.min((input[at + 1]! << 8) | input[at + 2]!, input.length - at - 3, 1500);
        if (length > 0) take(peers, what, input.subarray(at + 3, at + 3 + length));
        at += 3 + length;
      }
      promise(Number.isNaN(peers.due()) || peers.due() >= 0, 'due in the past');
      if (history.length === LIFE) part();
    },
    crossCheck: part,
  };
}

/** An input whose last length is right, so that another can stand behind it. */
function whole(input: Uint8Array): Uint8Array {
  const copy = input.slice();
  for (let at = 0; ; ) {
    const rest = copy.length - at - 3;
    if (rest < 0) return copy.subarray(0, at);
    const length = Math.min((copy[at + 1]! << 8) | copy[at + 2]!, rest, 1500);
    copy[at + 1] = length >> 8;
    copy[at + 2] = length;
    at += 3 + length;
  }
}

function seedsOf(way: 0 | 1 | 2 | 3): Uint8Array[] {
  const name = (['H264', 'VP8', 'VP9', 'AV1'] as const)[way];
  const payloadType = [102, 96, 98, 45][way]!;
  const payloads = name === 'H264' ? encoded('H264', 'payloads') : capturedPayloads(name);
  const descriptors = capturedDescriptors();
  const packets = payloads.slice(0, 10).map((payload, index) => {
    const value = name === 'AV1' ? descriptors[index]! : name === 'VP8' ? Buffer.from('h') : null;
    return packet(10 + index, payloadType, name === 'AV1' ? 13 : RID.id, value, payload.subarray(0, 300));
  });
  const rtp = packets.map((packet) => framed(0, 2, packet));
  const feedback = fromHex(
    '81c9000700000001' + '51100001' + '00000000' + '0000000c' + '00000020' + '00000000' + '00000000',
    '81cd00030000000151100001000a0003',
    '81ce00020000000151100001',
    '84ce000400000001000000005110000107000000',
    '8fce00050000000100000000' + '52454d42' + '0103ffff' + '51100001',
  ).map((one) => framed(2, 3, one));
  const report = framed(1, 3, fromHex('80c80006bead0001e0000000800000000000100000000001000003e8')[0]!);
  return [
    Buffer.concat(rtp),
    Buffer.concat([...rtp.slice(0, 4), report, ...rtp.slice(5), ...feedback]),
    Buffer.concat(rtp.slice(0, 6).flatMap((one, index) => [one, feedback[index % feedback.length]!])),
  ];
}

/** With an element of the header extension, unless that is null. */
function packet(
  sequence: number,
  payloadType: number,
  id: number,
  value: Uint8Array | null,
  payload: Uint8Array,
): Uint8Array {
  const memory = memoryOf(new Uint8Array(512 + payload.length));
  let length = writeRtpHeader(memory, 0, false, payloadType, sequence, 3000, 0xbead0001, value !== null);
  if (value) {
    const writer = new ExtensionWriter();
    writer.begin(memory, length, value.length > 16);
    writer.addBytes(id, value);
    length += writer.end();
  }
  memory.u8.set(payload, length);
  return memory.u8.slice(0, length + payload.length);
}

import { memoryOf, repairedStreamIdUri, rtpStreamIdUri } from '../../../../src/kit/index.js';
import {
  type DownTrackDescription,
  type Feed,
  Publisher,
  type TrackDescription,
  type UpTrack,
  Viewer,
} from '../../../../src/media/index.js';
import { layerReader, type PacketLayers } from '../../../../src/rtp/index.js';
import { type EncodedPicture, EncodingSource, repairedId, repairType, ridId } from './encoding-source.js';
import { FakeSink } from './fake-sink.js';
import { down, downVideoSsrc, parsed, serverSsrc, video } from './packets.js';
import { settings } from './publisher-bench.js';
import { RtcpNotes } from './rtcp.js';
import { TestMemory } from './test-memory.js';
import type { Vp9Form } from './vp9-payload.js';

export const simulcast: TrackDescription = {
  ...video,
  codec: { name: 'VP8', payloadType: 96, clockRate: 90_000, channels: 1, fmtp: '' },
  extensions: [{ id: ridId, uri: rtpStreamIdUri }],
  encodings: ['q', 'h', 'f'],
};

/** The same with retransmissions as RTX. */
export const simulcastRtx: TrackDescription = {
  ...simulcast,
  rtxPayloadType: repairType,
  extensions: [...simulcast.extensions, { id: repairedId, uri: repairedStreamIdUri }],
};

/** The same of VP9. */
export const simulcastVp9: TrackDescription = {
  ...simulcast,
  codec: { ...simulcast.codec, name: 'VP9', fmtp: 'profile-id=0' },
};

export type Rid = 'q' | 'h' | 'f';

/** A packet as a viewer got it. */
export interface Got {
  readonly index: number;
  readonly timestamp: number;
  readonly marker: boolean;
  readonly pictureId: number;
  readonly tl0: number;
  readonly temporalId: number;
  /** 0 for one that only fills its number. */
  readonly length: number;
  /** Which encoding it is of, by the size of its payload. */
  readonly size: number;
}

const unread: PacketLayers = {
  temporalId: -1,
  spatialId: -1,
  startsFrame: false,
  endsFrame: false,
  layerSync: false,
  switchingUp: false,
  pictureId: -1,
  tl0PictureIndex: -1,
};

/** A publisher of three encodings and viewers of it, in virtual time. */
export function setUpSimulcast(description: TrackDescription = simulcast, vp9?: Vp9Form) {
  const memory = new TestMemory(32 << 20);
  const publisherSink = new FakeSink(memory);
  const pending: Feed[] = [];
  const sizes: string[] = [];
  const publisher = Publisher.create(
    [description],
    [publisherSink],
    memory,
    serverSsrc,
    Buffer.from('abc'),
    { ...settings, packetCache: 256 },
    {
      onStarted: () => {},
      onVideoSize: ({ width, height }) => sizes.push(`${width}x${height}`),
      onSilent: () => {},
      onDue: () => {},
    },
    (feed) => pending.push(feed),
  ) as Publisher;
  publisher.onConnected(0);
  const source = (rid: Rid, ssrc: number, width: number, height: number) =>
    new EncodingSource({
      rid,
      ssrc,
      width,
      height,
      firstSequence: ssrc * 977,
      firstTimestamp: ssrc * 1e8,
      ...(vp9 && { vp9 }),
    });
  const sources = {
    q: source('q', 1, 160, 90),
    h: source('h', 2, 320, 180),
    f: source('f', 3, 640, 360),
  };

  const arrive = (bytes: Uint8Array, now: number) =>
    publisher.onRtp(0, memory.arrive(bytes), bytes.length, now);
  const rtcp = (bytes: Uint8Array, now: number) =>
    publisher.onRtcp(0, memory.arrive(bytes), bytes.length, now);
  const flush = (now: number) => {
    for (const feed of pending.splice(0)) feed.flush(now);
  };
  const send = (rid: Rid, now: number, picture: EncodedPicture = {}) => {
    for (const bytes of sources[rid].picture(now, picture)) arrive(bytes, now);
    flush(now);
  };
  /** What the publisher was told since the last call. */
  const told = () => RtcpNotes.of(publisherSink.sent.splice(0));

  const watch = (
    now: number,
    changes: Partial<DownTrackDescription> = {},
    watched: Publisher = publisher,
  ) => {
    const sink = new FakeSink(memory);
    const viewer = new Viewer(
      watched.feed,
      [down(description, 0, changes)],
      [sink],
      1000,
      Buffer.from('abc'),
      {
        onStarted: () => {},
        onKeyFrameNeeded: (at, up: UpTrack) => watched.requestKeyFrame(at, up),
      },
    );
    viewer.onConnected(now);
    const reader = layerReader(description.codec.name);
    const taken = (): Got[] =>
      sink.sent.splice(0).flatMap(({ bytes, index, isRtcp }) => {
        if (isRtcp) return [];
        const packet = parsed(bytes);
        if (packet.ssrc !== downVideoSsrc) throw new Error('a strange SSRC');
        const layers = { ...unread };
        reader?.read(memoryOf(bytes), packet.payloadOffset, packet.payloadLength, layers);
        return {
          index,
          timestamp: packet.timestamp,
          marker: packet.marker,
          pictureId: layers.pictureId,
          tl0: layers.tl0PictureIndex,
          temporalId: layers.temporalId,
          length: packet.payloadLength,
          size: packet.payloadLength,
        };
      });
    return { viewer, sink, taken };
  };

  return { memory, publisher, pending, sources, sizes, arrive, rtcp, flush, send, told, watch };
}

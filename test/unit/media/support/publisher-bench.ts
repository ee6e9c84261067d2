import {
  type Feed,
  type MediaSettings,
  Publisher,
  type TrackDescription,
  Viewer,
} from '../../../../src/media/index.js';
import { FakeSink } from './fake-sink.js';
import {
  audio,
  audioSsrc,
  deltaPayload,
  down,
  keyPayload,
  type PacketFields,
  rtpPacket,
  serverCname,
  serverSsrc,
  video,
} from './packets.js';
import { RtcpNotes } from './rtcp.js';
import { TestMemory } from './test-memory.js';

export const settings: MediaSettings = {
  keyFrameRequestInterval: 1000,
  rtpActivityTimeout: 5000,
  packetCache: 128,
  fastStart: true,
  fastStartMaxAge: 3000,
  maxLossDelay: 400,
};

/** A publisher of these tracks, on as many transports as they name, connected at 0. */
export function setUpPublisher(tracks: readonly TrackDescription[] = [video, audio]) {
  const memory = new TestMemory();
  const transports = Math.max(...tracks.map(({ transport }) => transport)) + 1;
  const sinks = Array.from({ length: transports }, () => new FakeSink(memory));
  const events: string[] = [];
  const pending: Feed[] = [];
  /** When the publisher wanted to be called sooner than it had said. */
  const dues: number[] = [];
  const publisher = Publisher.create(
    tracks,
    sinks,
    memory,
    serverSsrc,
    Buffer.from(serverCname),
    settings,
    {
      onStarted: (now) => events.push(`started at ${now}`),
      onVideoSize: ({ width, height }) => events.push(`${width}x${height}`),
      onSilent: () => events.push('silent'),
      onDue: (due) => {
        dues.push(due);
      },
    },
    (feed) => pending.push(feed),
  ) as Publisher;
  publisher.onConnected(0);

  const arrive = (bytes: Uint8Array, now: number, transport = 0) =>
    publisher.onRtp(transport, memory.arrive(bytes), bytes.length, now);

  const sendVideo = (sequence: number, now = 0, fields: PacketFields = {}, transport = 0) =>
    arrive(rtpPacket({ sequence, payload: deltaPayload(sequence, 40), ...fields }), now, transport);
  const sendKey = (sequence: number, now = 0, fields: PacketFields = {}) =>
    sendVideo(sequence, now, { payload: keyPayload(sequence), ...fields });
  const sendAudio = (sequence: number, now = 0, fields: PacketFields = {}, transport = 0) =>
    sendVideo(sequence, now, { ssrc: audioSsrc, payloadType: audio.codec.payloadType, ...fields }, transport);
  const rtcp = (bytes: Uint8Array, now: number, transport = 0) =>
    publisher.onRtcp(transport, memory.arrive(bytes), bytes.length, now);

  /** As the loop does when it has read all. */
  const flush = (now = 0) => {
    for (const feed of pending.splice(0)) feed.flush(now);
  };
  /** What the publisher was told since the last call. */
  const told = (transport = 0) => RtcpNotes.of((sinks[transport] as FakeSink).sent.splice(0));

  /** A viewer of all tracks. */
  const watch = () => {
    const sink = new FakeSink(memory);
    const viewer = new Viewer(
      publisher.feed,
      tracks.map((track, index) => down(track, index, { transport: 0 })),
      [sink],
      0,
      Buffer.from('abc'),
      { onStarted: () => {}, onKeyFrameNeeded: (now, up) => publisher.requestKeyFrame(now, up) },
    );
    viewer.onConnected(0);
    return { viewer, sink };
  };

  return {
    memory,
    sinks,
    events,
    dues,
    publisher,
    arrive,
    sendVideo,
    sendKey,
    sendAudio,
    rtcp,
    flush,
    told,
    watch,
  };
}

import {
  type DownTrackDescription,
  Feed,
  PacketCache,
  type TrackDescription,
  UpTrack,
  Viewer,
} from '../../../../src/media/index.js';
import { FakeSink } from './fake-sink.js';
import {
  arriving,
  audio,
  audioSsrc,
  deltaPayload,
  down,
  keyPayload,
  rtpPacket,
  video,
  videoSsrc,
} from './packets.js';
import { TestMemory } from './test-memory.js';

type Kind = 'audio' | 'video';

interface ViewerOptions {
  readonly kinds?: readonly Kind[];
  readonly connect?: boolean;
  readonly firstIndex?: number;
  readonly cname?: Uint8Array;
  /** Whether packets carry the time they are published at, on a clock of each source's own; 0 otherwise. */
  readonly timestamps?: boolean;
}

/** A viewer on the feed of a video and an audio track, published packet by packet. */
export function setUpViewer(options: ViewerOptions = {}) {
  const { kinds = ['video', 'audio'], connect = true, firstIndex = 0, cname = Buffer.from('abc') } = options;
  const memory = new TestMemory();
  const ignore = () => {};
  const listener = { onKeyFrame: ignore, onSize: ignore, onBroken: ignore, onRestart: ignore };
  const upTrack = (description: TrackDescription, index: number) =>
    new UpTrack(index, description, PacketCache.create(memory, 1024) as PacketCache, listener);
  const ups = { video: upTrack(video, 0), audio: upTrack(audio, 1) };
  const feed = new Feed([ups.video, ups.audio], ignore);
  const sink = new FakeSink(memory);
  const events: string[] = [];
  const all: Readonly<Record<Kind, DownTrackDescription>> = { video: down(video, 0), audio: down(audio, 1) };
  const descriptions = kinds.map((kind) => all[kind]);
  const viewer = new Viewer(feed, descriptions, [sink], firstIndex, cname, {
    onStarted: (now) => events.push(`started at ${now}`),
    onKeyFrameNeeded: (now) => events.push(`key frame at ${now}`),
  });
  if (connect) viewer.onConnected(0);

  /** A packet whose payload ends in its sequence number. */
  const publish = (kind: Kind, sequence: number, key = false, now = 0, ssrc?: number) => {
    const up = ups[kind];
    const { codec } = up.description;
    const packet = rtpPacket({
      sequence,
      ssrc: ssrc ?? (kind === 'video' ? videoSsrc : audioSsrc),
      payloadType: codec.payloadType,
      timestamp: options.timestamps ? (now * codec.clockRate) / 1000 + (ssrc ?? 0) * 0x0100_0000 : 0,
      payload: key ? keyPayload(sequence) : deltaPayload(sequence, 40),
    });
    const slot = up.receive(arriving(memory, packet), now);
    if (slot >= 0) feed.append(up, slot, now);
    feed.flush(now);
  };

  const rtcp = (bytes: Uint8Array, now: number) => viewer.onRtcp(0, memory.arrive(bytes), bytes.length, now);

  return { memory, ups, feed, sink, events, descriptions, viewer, publish, rtcp };
}

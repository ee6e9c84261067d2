import { getHeapStatistics } from 'node:v8';
import { expect, it } from 'vitest';
import { absSendTimeUri, videoOrientationUri } from '../../../src/kit/index.js';
import {
  type Feed,
  type PacketSink,
  Publisher,
  type TrackExtension,
  Viewer,
} from '../../../src/media/index.js';
import {
  audio,
  audioSsrc,
  deltaPayload,
  down,
  keyPayload,
  rtpPacket,
  serverSsrc,
  video,
  withRtx,
  withTransportCc,
} from './support/packets.js';
import { settings } from './support/publisher-bench.js';
import { TestMemory } from './support/test-memory.js';

const packets = 200_000;
const chunks = 40;
const perTurn = 8;
const viewers = 4;

/** Takes everything and does nothing. */
class NullSink implements PacketSink {
  readonly connected = true;
  sent = 0;
  private readonly area: number;

  constructor(readonly memory: TestMemory) {
    this.area = memory.allocate(2048);
  }

  begin(_size: number): number {
    return this.area;
  }

  sendRtp(): number {
    this.sent += 1;
    return 1;
  }

  sendRtcp(): number {
    return 1;
  }
}

/**
 * Bytes of heap that a call of `turn` leaves behind, as the median of many stretches of calls: one in which the
 * collector ran, or a function was compiled, so counts for nothing.
 */
function garbageOf(turn: () => void, turns: number): number {
  const growths: number[] = [];
  for (let chunk = 0; chunk < chunks; chunk += 1) {
    const before = getHeapStatistics().used_heap_size;
    for (let index = 0; index < turns / chunks; index += 1) turn();
    growths.push((getHeapStatistics().used_heap_size - before) / (turns / chunks));
  }
  growths.sort((a, b) => a - b);
  return growths[chunks / 2] as number;
}

/** @param extensions of the viewers; the video's publisher sends those, too */
function setUp(extensions: readonly TrackExtension[]) {
  const memory = new TestMemory();
  const sending = withTransportCc(withRtx(video));
  const tracks = [{ ...sending, extensions: [...sending.extensions, ...extensions] }, withTransportCc(audio)];
  const pending: Feed[] = [];
  const publisher = Publisher.create(
    tracks,
    [new NullSink(memory)],
    memory,
    serverSsrc,
    Buffer.from('abc'),
    settings,
    { onStarted: () => {}, onVideoSize: () => {}, onSilent: () => {}, onDue: () => {} },
    (feed) => pending.push(feed),
  ) as Publisher;
  publisher.onConnected(0);
  const sinks = Array.from({ length: viewers }, () => new NullSink(memory));
  const audience = sinks.map((sink) => {
    const descriptions = tracks.map((track, index) => ({ ...down(track, index), extensions }));
    return new Viewer(publisher.feed, descriptions, [sink], 0, Buffer.from('abc'), {
      onStarted: () => {},
      onKeyFrameNeeded: () => {},
    });
  });
  /** Lets the viewers join and, in what is left of a second, get to the present. */
  const join = (now: number) => {
    for (const viewer of audience) {
      viewer.onConnected(now);
      for (let at = now; at < now + 1000; ) at = viewer.onTime(at);
    }
  };
  return { memory, publisher, pending, sinks, join };
}

const nothing: readonly TrackExtension[] = [];
const usual: readonly TrackExtension[] = [
  { id: 2, uri: absSendTimeUri },
  { id: 13, uri: videoOrientationUri },
];

it.each([
  ['no header extensions', 'from its beginning', nothing, 0],
  ['header extensions', 'from its beginning', usual, 0],
  ['header extensions', 'late, who caught up', usual, 1],
])('forwarding a packet with %s to viewers who join %s leaves no object, and nothing at all for each', (_, __, extensions, missed) => {
  const { memory, publisher, pending, sinks, join } = setUp(extensions);
  const { view } = memory;
  const kinds = [
    rtpPacket({ payload: deltaPayload(0, 1100), transportSequence: 0 }),
    rtpPacket({
      payload: deltaPayload(0, 100),
      transportSequence: 0,
      ssrc: audioSsrc,
      payloadType: audio.codec.payloadType,
    }),
    rtpPacket({ payload: keyPayload(0), transportSequence: 0 }),
  ].map((bytes) => {
    const offset = memory.allocate(2048);
    memory.u8.set(bytes, offset);
    return { offset, length: bytes.length };
  });
  const sequences = [65_000, 65_000];
  let transportSequence = 0;
  let sent = 0;
  let now = 0.5;
  // As the media process does: packets of a turn are read one by one, then forwarded in one batch.
  const turn = () => {
    now += 3.1;
    for (let index = 0; index < perTurn; index += 1) {
      const track = index === 3 ? 1 : 0;
      const { offset, length } = kinds[sent % 1000 === 0 ? 2 : track] as (typeof kinds)[0];
      const sequence = ((sequences[track] as number) + 1) & 0xffff;
      sequences[track] = sequence;
      transportSequence = (transportSequence + 1) & 0xffff;
      view.setUint16(offset + 2, sequence);
      view.setUint32(offset + 4, sent * 90);
      view.setUint16(offset + 17, transportSequence);
      publisher.onRtp(0, offset, length, now);
      sent += 1;
    }
    for (let index = 0; index < pending.length; index += 1) (pending[index] as Feed).flush(now);
    pending.length = 0;
  };
  if (missed > 0) turn();
  join(now);
  for (let warmUp = 0; warmUp < 3000; warmUp += 1) turn();
  const garbage = garbageOf(turn, packets / perTurn) / perTurn;
  const taken = publisher.tracks.reduce((sum, track) => sum + track.packets, 0);
  expect(taken).toBe(sent);
  for (const sink of sinks) expect(sink.sent).toBe(sent - missed);
  // About 20 are two boxed numbers a packet, however many viewers there are; one more for each viewer would add 64 bytes,
  // a view of the packet over a hundred.
  expect(garbage).toBeLessThan(48);
});

it('measures what an object a packet would leave', () => {
  const kept: object[] = [];
  const garbage = garbageOf(() => {
    kept[0] = { offset: kept.length, length: 2 };
  }, packets);
  expect(garbage).toBeGreaterThan(16);
});

import { expect, it } from 'vitest';
import { memoryOf } from '../../../../src/kit/index.js';
import { FeedPipe } from '../../../../src/media/index.js';
import { isRtcp } from '../../../../src/rtp/index.js';
import { type EncodingOptions, ridPacket, vp8Payload } from '../support/encoding-source.js';
import { FakeSink } from '../support/fake-sink.js';
import { farPublisher, tag } from '../support/pipe-bench.js';
import { settings } from '../support/publisher-bench.js';
import { senderReport } from '../support/rtcp.js';
import { type Rid, setUpSimulcast, simulcast } from '../support/simulcast-bench.js';

/** A publisher of three encodings whose stream is led through a pipe; `pass` lets go through it what waits. */
function setUp() {
  const bench = setUpSimulcast();
  const { memory, publisher, pending } = bench;
  const asked: number[] = [];
  const nearSink = new FakeSink(memory);
  const farSink = new FakeSink(memory);
  const far = farPublisher(
    [simulcast],
    farSink,
    memory,
    { onStarted: () => {}, onVideoSize: () => {}, onSilent: () => {}, onDue: () => {} },
    (feed) => pending.push(feed),
    { ...settings, packetCache: 256 },
  );
  far.onConnected(0);
  const pipe = new FeedPipe(publisher.feed, tag, nearSink, {
    onKeyFrameNeeded: (now, up) => {
      asked.push(up.index);
      publisher.requestKeyFrame(now, up);
    },
  });
  const pass = (now: number) => {
    far.onTime(now);
    for (const { bytes } of farSink.sent.splice(0)) pipe.onRtcp(memory.arrive(bytes), bytes.length, now);
    for (const { bytes } of nearSink.sent.splice(0)) {
      const offset = memory.arrive(bytes);
      if (isRtcp(memoryOf(bytes), 0, bytes.length)) far.onRtcp(0, offset, bytes.length, now);
      else far.onRtp(0, offset, bytes.length, now);
    }
    bench.flush(now);
  };
  return { ...bench, far, pipe, pass, asked };
}

const rids: readonly Rid[] = ['q', 'h', 'f'];

it('passes on every encoding, named or not, with its clock', () => {
  const { send, sources, arrive, rtcp, flush, far, pipe, pass } = setUp();
  for (const rid of rids) send(rid, 0, { key: true });
  pipe.start(0);
  pipe.onTime(0);
  pass(1);
  expect(far.tracks.map(({ index, keyFrames }) => [index, keyFrames])).toEqual([
    [0, 1],
    [1, 1],
    [2, 1],
  ]);
  // Browsers stop naming their encodings once they have been heard.
  for (const rid of rids) {
    const { options } = sources[rid];
    const unnamed: EncodingOptions = { ...options, rid: null };
    rtcp(senderReport(options.ssrc, 1000, 0, 90_000), 30);
    arrive(
      ridPacket(unnamed, sources[rid].sequence + 1, 5000, true, vp8Payload({}, true, 1, 1, options)),
      33,
    );
  }
  flush(33);
  pass(34);
  expect(far.dropped).toBe(0);
  expect(far.tracks.map(({ packets, clock }) => [packets, clock.isKnown])).toEqual(Array(3).fill([3, true]));
  expect(far.tracks.map(({ size }) => size.width)).toEqual([160, 320, 640]);
});

it('gives viewers at the far end the encoding they ask for, and asks for key frames of that alone', () => {
  const { send, far, pipe, pass, watch, asked } = setUp();
  pipe.start(0);
  for (const rid of rids) send(rid, 0, { key: true, size: 100 });
  pass(1);
  // The key frames are too old to begin with.
  for (let now = 40; now < 6000; now += 40) {
    for (const rid of rids) send(rid, now);
    pass(now + 1);
  }
  const low = watch(6000, { width: 160, height: 90 }, far);
  pass(6001);
  expect(asked).toEqual([0]);
  send('q', 6040, { key: true, size: 61 });
  send('f', 6040, { key: true, size: 63 });
  pass(6041);
  expect(low.taken().map(({ size }) => size)).toEqual([61, 61]);
  expect(far.keyFrameRequests).toBe(1);
});

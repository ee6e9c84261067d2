import { expect, it } from 'vitest';
import { FeedPipe, PacketCache, UpTrack } from '../../../src/media/index.js';
import { pipedPayloadType } from '../../../src/media/pipe/piped-description.js';
import { PipedTrack } from '../../../src/media/pipe/piped-track.js';
import { pipeSsrc, pipeTagOf, pipeTrackOf } from '../../../src/rtp/index.js';
import { random } from '../rtp/support.js';
import { FakeSink } from './support/fake-sink.js';
import { arriving, deltaPayload, keyPayload, rtpPacket, rtxOf, video, withRtx } from './support/packets.js';
import { tag } from './support/pipe-bench.js';
import { setUpPublisher } from './support/publisher-bench.js';
import { compound, nack, pli } from './support/rtcp.js';
import { TestMemory } from './support/test-memory.js';

function setUp() {
  const memory = new TestMemory();
  const cache = PacketCache.create(memory, 128)!;
  const listener = { onKeyFrame() {}, onSize() {}, onBroken() {}, onRestart() {} };
  const up = new UpTrack(3, video, cache, listener, 3000);
  const sink = new FakeSink(memory);
  const track = new PipedTrack(up, 1, tag, sink);
  const arrive = (bytes: Uint8Array, now = 0) => up.receive(arriving(memory, bytes), now);
  return { memory, up, sink, track, arrive };
}

/** The same packet under a pipe's payload type and SSRC, without padding. */
function piped(bytes: Uint8Array, padding = 0, epoch = 0): Uint8Array {
  const copy = Uint8Array.from(bytes.subarray(0, bytes.length - padding));
  copy[0] = copy[0]! & 0xdf;
  copy[1] = (copy[1]! & 0x80) | pipedPayloadType(1);
  new DataView(copy.buffer).setUint32(8, pipeSsrc(tag, 3, epoch));
  return copy;
}

it('names pipe, track and start in an SSRC', () => {
  for (const [of, track, epoch] of [
    [1, 0, 0],
    [0xfffff, 62, 63],
    [0x80000, 5, 200],
  ] as const) {
    const ssrc = pipeSsrc(of, track, epoch);
    expect([pipeTagOf(ssrc), pipeTrackOf(ssrc), ssrc & 63]).toEqual([of, track, epoch % 64]);
    expect(ssrc).toBeGreaterThan(0);
  }
});

it('sends a packet as it came, with CSRCs and header extensions, but for padding', () => {
  const { track, sink, arrive } = setUp();
  const payload = deltaPayload(7, 50);
  const plain = rtpPacket({ sequence: 9, timestamp: 77, marker: true, payload, transportSequence: 5 });
  // Two CSRCs behind the fixed header.
  const csrcs = Buffer.concat([
    plain.subarray(0, 12),
    Buffer.from('1111111122222222', 'hex'),
    plain.subarray(12),
  ]);
  csrcs[0] = csrcs[0]! | 2;
  csrcs.writeUInt16BE(10, 2);
  const padded = Buffer.concat([plain, Buffer.from('000003', 'hex')]);
  padded[0] = padded[0]! | 0x20;
  padded.writeUInt16BE(11, 2);
  const onlyPadding = Buffer.concat([
    rtpPacket({ sequence: 12, payload: new Uint8Array(0) }),
    Buffer.of(0, 2),
  ]);
  onlyPadding[0] = onlyPadding[0]! | 0x20;
  for (const bytes of [plain, csrcs, padded, onlyPadding]) track.forward(arrive(bytes));
  expect(sink.rtp.map(({ bytes }) => Buffer.from(bytes).toString('hex'))).toEqual(
    [piped(plain), piped(csrcs), piped(padded, 3), piped(onlyPadding, 2)].map((bytes) =>
      Buffer.from(bytes).toString('hex'),
    ),
  );
  expect([track.packets, track.octets]).toEqual([4, 150]);
});

it('sends again exactly what it sent, and nothing that is not there', () => {
  const { track, sink, arrive } = setUp();
  for (let sequence = 65_530; sequence < 65_530 + 200; sequence += 1)
    track.forward(arrive(rtpPacket({ sequence, payload: deltaPayload(sequence, 30) })));
  const [, , before] = sink.rtp.slice(-3);
  sink.sent.length = 0;
  track.resend((65_530 + 199) & 0xffff);
  expect(sink.rtp.map(({ bytes }) => bytes)).toEqual([before!.bytes]);
  for (const strange of [65_530, 65_529, 194, 40_000]) track.resend(strange);
  expect(sink.rtp).toHaveLength(1);
  expect(track.repeated).toBe(1);
});

it('gives a new start another SSRC, and ends what it was sending of the past', () => {
  const { track, sink, arrive, up } = setUp();
  arrive(rtpPacket({ sequence: 1, payload: keyPayload(1) }));
  for (let sequence = 2; sequence < 90; sequence += 1) arrive(rtpPacket({ sequence }));
  expect(track.startInPast(10)).toBe(true);
  expect(track.sendPast(10)).toBe(12);
  expect(sink.rtp).toHaveLength(64);
  for (const sequence of [500, 501, 502]) {
    const slot = arrive(rtpPacket({ sequence, ssrc: 5 }));
    if (slot >= 0) track.forward(slot);
  }
  expect(up.epoch).toBe(1);
  expect(track.sendPast(12)).toBe(Number.POSITIVE_INFINITY);
  expect(sink.rtp).toHaveLength(65);
  expect(sink.rtp.at(-1)!.bytes).toEqual(piped(rtpPacket({ sequence: 502 }), 0, 1));
});

it('sends the past before what comes meanwhile, and what comes late of it at once', () => {
  const { track, sink, arrive } = setUp();
  const sequences = () => sink.rtp.map(({ index }) => index & 0xffff);
  arrive(rtpPacket({ sequence: 0, payload: keyPayload(1) }));
  for (let sequence = 1; sequence < 80; sequence += 1) if (sequence !== 5) arrive(rtpPacket({ sequence }));
  track.startInPast(10);
  track.sendPast(10);
  track.forward(arrive(rtpPacket({ sequence: 80 })));
  track.forward(arrive(rtpPacket({ sequence: 5 })));
  expect(track.sendPast(12)).toBe(Number.POSITIVE_INFINITY);
  track.forward(arrive(rtpPacket({ sequence: 81 })));
  expect(sequences().sort((a, b) => a - b)).toEqual(Array.from({ length: 82 }, (_, index) => index));
  expect(sequences().indexOf(5)).toBeLessThan(sequences().indexOf(80));
});

it('waits with the past while there is no room for it', () => {
  const { track, sink, arrive } = setUp();
  arrive(rtpPacket({ sequence: 0, payload: keyPayload(1) }));
  arrive(rtpPacket({ sequence: 1 }));
  track.startInPast(10);
  sink.full = true;
  expect(track.sendPast(10)).toBe(12);
  sink.full = false;
  expect(track.sendPast(12)).toBe(Number.POSITIVE_INFINITY);
  expect(sink.rtp).toHaveLength(2);
});

it('passes on what came as RTX like any other packet', () => {
  const bench = setUpPublisher([withRtx(video)]);
  const { memory } = bench;
  const sink = new FakeSink(memory);
  const pipe = new FeedPipe(bench.publisher.feed, tag, sink, { onKeyFrameNeeded: () => {} });
  pipe.start(0);
  const original = rtpPacket({ sequence: 2, payload: deltaPayload(2, 30), timestamp: 9 });
  bench.arrive(rtpPacket({ sequence: 1 }), 0);
  bench.arrive(rtpPacket({ sequence: 3 }), 0);
  bench.arrive(rtxOf(original), 5);
  bench.flush(5);
  const expected = original.slice();
  expected[1] = pipedPayloadType(0);
  new DataView(expected.buffer).setUint32(8, pipeSsrc(tag, 0, 0));
  expect(sink.rtp.map(({ bytes }) => bytes)[2]).toEqual(expected);
});

it('survives whatever the other end says, and does no more for it than is bounded', () => {
  const bench = setUpPublisher([video]);
  const { memory } = bench;
  const sink = new FakeSink(memory);
  const asked: number[] = [];
  const pipe = new FeedPipe(bench.publisher.feed, tag, sink, { onKeyFrameNeeded: (now) => asked.push(now) });
  pipe.start(0);
  for (let sequence = 0; sequence < 100; sequence += 1) bench.sendVideo(sequence);
  bench.flush(0);
  sink.sent.length = 0;
  const ssrc = pipeSsrc(tag, 0, 0);
  const hear = (bytes: Uint8Array) => pipe.onRtcp(memory.arrive(bytes), bytes.length, 7);
  const all = Array.from({ length: 100 }, (_, sequence) => sequence);
  hear(compound(...Array.from({ length: 10 }, () => nack(ssrc, ...all))));
  expect(sink.rtp).toHaveLength(512);
  sink.sent.length = 0;
  hear(nack(ssrc + 1, 1, 2, 3));
  hear(pli(ssrc + 64));
  expect([sink.sent, asked]).toEqual([[], []]);
  hear(pli(ssrc));
  expect(asked).toEqual([7]);
  const next = random(5);
  const whole = compound(nack(ssrc, 1, 2), pli(ssrc));
  for (let round = 0; round < 3000; round += 1) {
    const bytes = whole.slice(0, Math.floor(next() * (whole.length + 1)));
    for (let flips = 0; flips < 3 && bytes.length > 0; flips += 1)
      bytes[Math.floor(next() * bytes.length)] = Math.floor(next() * 256);
    hear(bytes);
  }
  expect(pipe.dropped).toBeGreaterThan(1000);
});

import { describe, expect, it } from 'vitest';
import { setUpDownTrack } from './support/down-track-bench.js';
import { audio, parsed } from './support/packets.js';

const frame = 3000;
const interval = 1000 / 30;

/** A track at the end of `frames` frames of a key frame and others, two packets each, that nobody has seen yet. */
function setUp(frames: number, { capacity = 1024, firstIndex = 32_000 } = {}) {
  const bench = setUpDownTrack({ capacity, firstIndex, fastStartMaxAge: 3000, watching: false });
  const { publish, publishKey, track } = bench;
  const firstSequence = 65_500;
  let sent = 0;
  let now = 0;
  const nextFrame = (key = false) => {
    now = (sent / 2) * interval;
    const timestamp = 0xffff_0000 + (sent / 2) * frame;
    if (key) publishKey({ sequence: firstSequence + sent, timestamp }, now);
    else publish({ sequence: firstSequence + sent, timestamp }, now);
    publish({ sequence: firstSequence + sent + 1, timestamp, marker: true }, now);
    sent += 2;
    return now;
  };
  for (let count = 0; count < frames; count += 1) nextFrame(count === 0);
  const skip = (packets: number) => {
    sent += packets;
  };
  const join = (at = now) => {
    const started = track.startInPast(at);
    bench.watch();
    return started;
  };
  return { ...bench, nextFrame, skip, join, now: () => now };
}

describe('DownTrack: catching up', () => {
  it('sends everything from the key frame on, numbered without a break, and then live', () => {
    const { join, track, taken, nextFrame, now } = setUp(45);
    expect(join()).toBe(true);
    expect(track.needsKeyFrame).toBe(false);
    expect(taken()).toEqual([]);
    const start = now();
    let due = track.catchUp(start);
    const first = taken();
    expect(first.length).toBeGreaterThanOrEqual(2);
    expect(first[0]?.[0]).toBe(32_000);
    let sent = [...first];
    while (due !== Number.POSITIVE_INFINITY) {
      if (due >= now() + interval) nextFrame();
      const before = sent.length;
      const next = track.catchUp(due);
      sent = [...sent, ...taken()];
      expect(sent.length - before).toBeLessThanOrEqual(32);
      due = next;
    }
    expect(track.isBehind).toBe(false);
    nextFrame();
    sent = [...sent, ...taken()];
    expect(sent.map(([index]) => index)).toEqual(sent.map((_, at) => 32_000 + at));
    expect(sent.map(([, , sequence]) => sequence & 0xffff).slice(1, 4)).toEqual([65_501, 65_502, 65_503]);
    expect(track).toMatchObject({ packets: sent.length, frames: sent.length / 2, timestampDelta: 0 });
    // Live packets have the publisher's timestamps.
    const [, timestamp] = sent.at(-1) as [number, number, number];
    expect(timestamp).toBe((0xffff_0000 + (sent.length / 2 - 1) * frame) % 2 ** 32);
  });

  it('sends packets again the same to the last byte, whenever it is asked', () => {
    const { join, sink, track, nextFrame, now } = setUp(40);
    join();
    const start = now();
    let asked = 0;
    const askForAll = (at: number) => {
      const all = sink.sent.slice();
      for (const { bytes, index } of all) {
        const before = sink.sent.length;
        track.resend(index & 0xffff, at, 0);
        if (sink.sent.length === before) continue;
        expect(sink.sent.pop()).toEqual({ bytes, index, isRtcp: false });
        asked += 1;
      }
    };
    for (let at = start; at < start + 400; at += 20) {
      if (at >= now() + interval) nextFrame();
      track.catchUp(at);
      if ((at - start) % 60 === 0) askForAll(at);
    }
    expect(track.isBehind).toBe(false);
    askForAll(start + 1000);
    expect(asked).toBeGreaterThan(400);
  });

  it('settles where the past ends by no packet that comes late', () => {
    const { join, publish, sink, track, skip, nextFrame, now } = setUp(10);
    // A hole of two packets, whose timestamps will turn out to lie far from the others'.
    skip(2);
    for (let count = 0; count < 30; count += 1) nextFrame();
    join();
    const start = now();
    for (let at = start; at <= start + 200; at += 5) track.catchUp(at);
    const sent = sink.sent.slice();
    publish({ sequence: 65_520, timestamp: 0x4000_0000 }, start + 200);
    expect(sink.sent).toHaveLength(sent.length + 1);
    for (const { bytes, index } of sent) {
      track.resend(index & 0xffff, start + 300, 0);
      expect(sink.sent.at(-1)).toEqual({ bytes, index, isRtcp: false });
    }
  });

  it('fills holes of the past when they are mended, and leaves them open until then', () => {
    const { join, publish, track, taken, skip, nextFrame, now } = setUp(30);
    skip(2);
    nextFrame();
    nextFrame();
    join();
    const start = now();
    for (let at = start; track.catchUp(at) !== Number.POSITIVE_INFINITY; ) at += 5;
    const sent = taken();
    const indexes = sent.map(([index]) => index);
    expect(indexes).not.toContain(32_060);
    expect(indexes.at(-1)).toBe(32_065);
    publish({ sequence: 65_560, timestamp: 0xffff_0000 + 30 * frame }, start + 300);
    const [late] = taken();
    expect(late?.[0]).toBe(32_060);
    const around = [32_059, 32_062].map((at) => sent.find(([index]) => index === at)?.[1] as number);
    expect(((late?.[1] ?? 0) - (around[0] as number)) | 0).toBeGreaterThan(0);
    expect(((around[1] as number) - (late?.[1] ?? 0)) | 0).toBeGreaterThan(0);
  });

  it('forwards nothing twice that it is about to reach, and nothing that is still to come', () => {
    const { join, track, taken, nextFrame, now } = setUp(60);
    join();
    const start = now();
    track.catchUp(start);
    const before = taken().length;
    nextFrame();
    expect(taken()).toEqual([]);
    for (let at = start; track.catchUp(at) !== Number.POSITIVE_INFINITY; ) at += 5;
    const rest = taken();
    expect(before + rest.length).toBe(122);
    expect(new Set(rest.map(([index]) => index)).size).toBe(rest.length);
  });

  it('loses nothing while the send queue is full', () => {
    const { join, sink, track, taken, now } = setUp(30);
    sink.full = true;
    join();
    const start = now();
    for (let at = start; at < start + 400; at += 5) expect(track.catchUp(at)).toBe(at + 5);
    expect(taken()).toEqual([]);
    sink.full = false;
    expect(track.catchUp(start + 400)).toBe(start + 405);
    expect(taken()).toHaveLength(32);
    expect(track.catchUp(start + 405)).toBe(Number.POSITIVE_INFINITY);
    expect(taken()).toHaveLength(28);
  });

  it('waits for a key frame when what it wants to send has been overwritten', () => {
    const { join, publishKey, track, taken, nextFrame, now } = setUp(24, { capacity: 64 });
    join();
    const start = now();
    track.catchUp(start);
    const last = taken().at(-1) as readonly [number, number, number];
    for (let count = 0; count < 20; count += 1) nextFrame();
    expect(track.catchUp(now())).toBe(Number.POSITIVE_INFINITY);
    expect(track.needsKeyFrame).toBe(true);
    nextFrame();
    expect(taken()).toEqual([]);
    track.resend(last[0] & 0xffff, now(), 0);
    expect(taken()).toEqual([]);
    const sentBefore = track.packets;
    publishKey({ sequence: 65_500 + 90, timestamp: 0xffff_0000 + 45 * frame }, now() + interval);
    const [index, timestamp] = taken()[0] as readonly [number, number, number];
    expect(index).toBe(32_000 + sentBefore);
    expect((timestamp - last[1]) | 0).toBeGreaterThan(0);
  });

  it('is for video, for those that have not begun, and only from a key frame that is there', () => {
    const sound = setUpDownTrack({ description: audio, fastStartMaxAge: 3000 });
    sound.publish({ sequence: 1 });
    expect(sound.track.startInPast(0)).toBe(false);
    const { join, track, now } = setUp(5);
    expect(join(now() + 3001)).toBe(false);
    expect(join(now())).toBe(true);
    expect(join(now())).toBe(false);
    expect(track.catchUp(now() + 300)).toBe(Number.POSITIVE_INFINITY);
    expect(join(now())).toBe(false);
  });

  it('has all packets of a frame share one timestamp', () => {
    const { join, sink, track, now } = setUp(70);
    join();
    for (let at = now(); track.catchUp(at) !== Number.POSITIVE_INFINITY; ) at += 5;
    const packets = sink.sent.map(({ bytes }) => parsed(bytes));
    for (let first = 0; first < packets.length; first += 2) {
      expect(packets[first]?.timestamp).toBe(packets[first + 1]?.timestamp);
      expect(packets[first + 1]?.marker).toBe(true);
    }
    expect(new Set(packets.map(({ timestamp }) => timestamp)).size).toBe(70);
  });
});

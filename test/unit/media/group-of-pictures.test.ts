import { describe, expect, it } from 'vitest';
import { GroupOfPictures } from '../../../src/media/fast-start/group-of-pictures.js';
import { PacketCache, UpTrack } from '../../../src/media/index.js';
import { arriving, deltaPayload, keyPayload, rtpPacket, video } from './support/packets.js';
import { TestMemory } from './support/test-memory.js';

const ignore = () => {};
const listener = { onKeyFrame: ignore, onSize: ignore, onBroken: ignore, onRestart: ignore };

/** An up track that a key frame can be looked for in. */
function setUp({ capacity = 64, maxAge = 3000, nack = true, size = 40 } = {}) {
  const memory = new TestMemory(8 << 20);
  const description = { ...video, feedback: { ...video.feedback, nack } };
  const cache = PacketCache.create(memory, capacity) as PacketCache;
  const up = new UpTrack(0, description, cache, listener, maxAge);
  const send = (sequence: number, now = 0, key = false, ssrc?: number) => {
    const payload = key ? keyPayload(sequence) : deltaPayload(sequence, size);
    up.receive(
      arriving(memory, rtpPacket({ sequence, payload, ...(ssrc === undefined ? {} : { ssrc }) })),
      now,
    );
  };
  const run = (first: number, count: number, now = 0) => {
    for (let index = 0; index < count; index += 1) send(first + index, now);
  };
  return { up, send, run };
}

describe('UpTrack: where a viewer can begin', () => {
  it('is nowhere before a key frame, then at the newest', () => {
    const { up, send } = setUp();
    expect(up.hasStart(0)).toBe(false);
    send(1);
    expect(up.hasStart(0)).toBe(false);
    send(2, 0, true);
    send(3);
    expect(up.hasStart(0)).toBe(true);
    expect(up.group.first).toBe(65_538);
    send(4, 10, true);
    expect(up.group.first).toBe(65_540);
  });

  it('stays at the newest when an older one comes late', () => {
    const { up, send } = setUp();
    send(1, 0, true);
    send(9, 100, true);
    send(5, 200, true);
    expect(up.group.first).toBe(65_545);
    expect(up.group.age(300)).toBe(200);
  });

  it('is not at one that is too old, nor at any when that is switched off', () => {
    const { up, send } = setUp({ maxAge: 3000 });
    send(1, 500, true);
    expect(up.hasStart(3500)).toBe(true);
    expect(up.hasStart(3500.1)).toBe(false);
    expect(up.startGrowsOld(2000)).toBe(false);
    expect(up.startGrowsOld(2000.1)).toBe(true);
    const off = setUp({ maxAge: 0 });
    off.send(1, 500, true);
    expect(off.up.hasStart(500)).toBe(false);
  });

  it('is not at one with so much behind it that it might be overwritten meanwhile', () => {
    const { up, send, run } = setUp({ capacity: 64 });
    send(1, 0, true);
    run(2, 47);
    expect(up.hasStart(0)).toBe(true);
    send(49);
    expect(up.hasStart(0)).toBe(false);
    run(50, 100);
    expect(up.hasStart(0)).toBe(false);
  });

  it('is not at one with more than a MiB behind it', () => {
    const { up, send, run } = setUp({ capacity: 2048, size: 1400 });
    send(1, 0, true);
    run(2, 748);
    expect(up.hasStart(0)).toBe(true);
    send(750);
    expect(up.hasStart(0)).toBe(false);
  });

  it('is not at one with more than 1024 packets, however large the cache', () => {
    const { up, send, run } = setUp({ capacity: 2048 });
    send(1, 0, true);
    run(2, 1023);
    expect(up.hasStart(0)).toBe(true);
    send(1025);
    expect(up.hasStart(0)).toBe(false);
  });

  it('can have holes that are being mended, but none that nobody mends or that were given up', () => {
    const { up, send } = setUp();
    send(1, 0, true);
    send(3);
    expect(up.hasStart(0)).toBe(true);
    for (let now = 20; now < 2000; now += 20) up.nack?.collect(now, new Uint16Array(64));
    expect(up.nack?.broken).toBe(true);
    expect(up.hasStart(2000)).toBe(false);
    send(4, 2000, true);
    expect(up.hasStart(2000)).toBe(true);

    const unmended = setUp({ nack: false });
    unmended.send(1, 0, true);
    unmended.send(3);
    expect(unmended.up.hasStart(0)).toBe(false);
    unmended.send(2);
    expect(unmended.up.hasStart(0)).toBe(true);
  });

  it('is forgotten when the publisher starts anew', () => {
    const { up, send } = setUp();
    send(1, 0, true);
    for (const sequence of [1, 2, 3]) send(sequence, 100, false, 0x99);
    expect(up.hasStart(100)).toBe(false);
    send(4, 100, true, 0x99);
    expect(up.hasStart(100)).toBe(true);
  });
});

it('a group of pictures has no age before it has begun', () => {
  const group = new GroupOfPictures();
  expect(group.age(0)).toBe(Number.POSITIVE_INFINITY);
});

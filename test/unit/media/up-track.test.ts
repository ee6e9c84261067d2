import { describe, expect, it } from 'vitest';
import { PacketCache, type TrackDescription, UpTrack } from '../../../src/media/index.js';
import {
  arriving,
  audio,
  deltaPayload,
  keyPayload,
  type PacketFields,
  rtpPacket,
  video,
  videoSsrc,
} from './support/packets.js';
import { TestMemory } from './support/test-memory.js';

/** Packets that lie in a cache. */
const held = (cache: PacketCache) =>
  Array.from({ length: cache.capacity }, (_, slot) => cache.sequence(slot)).filter((one) => one >= 0).length;

const otherSsrc = 0xbead_ffff;

function setUp(description: TrackDescription = video) {
  const memory = new TestMemory(1 << 18);
  const cache = PacketCache.create(memory, 64) as PacketCache;
  const events: string[] = [];
  const track: UpTrack = new UpTrack(0, description, cache, {
    onKeyFrame: () => events.push('key frame'),
    onSize: ({ size }) => events.push(`${size.width}x${size.height}`),
    onBroken: () => events.push('broken'),
    // What lies in the cache is still to be read when this is called.
    onRestart: () => events.push(`restart with ${held(cache)}`),
  });
  let now = 1000;
  const receive = (fields: PacketFields) => {
    now += 10;
    return track.receive(arriving(memory, rtpPacket(fields)), now);
  };
  return { memory, cache, track, events, receive };
}

describe('UpTrack', () => {
  it('unwraps sequence numbers and stores what it receives', () => {
    const { cache, track, receive } = setUp();
    for (let index = 0; index < 10; index += 1) {
      const slot = receive({ sequence: 65_530 + index, marker: index % 2 === 0 });
      expect(cache.sequence(slot)).toBe(65_536 + 65_530 + index);
    }
    expect(track).toMatchObject({ packets: 10, frames: 5, dropped: 0, ssrc: videoSsrc, epoch: 0 });
    expect(track.octets).toBe(10 * 40);
    expect(track.lastPacketAt).toBe(1100);
  });

  it('drops duplicates and counts them', () => {
    const { track, receive } = setUp();
    receive({ sequence: 7 });
    expect(receive({ sequence: 7 })).toBe(-1);
    expect(track).toMatchObject({ packets: 1, dropped: 1 });
    // A sender counts what it sends again, so what arrives again counts too.
    expect(track.octets).toBe(2 * 40);
    expect(track.reception.received).toBe(1);
  });

  it('sees key frames and the size of their picture, once a change', () => {
    const { cache, track, events, receive } = setUp();
    const slot = receive({ sequence: 1, payload: keyPayload(1) });
    expect(cache.startsKeyFrame(slot)).toBe(true);
    receive({ sequence: 2 });
    receive({ sequence: 3, payload: keyPayload(3) });
    receive({ sequence: 4, payload: keyPayload(4, true) });
    expect(events).toEqual(['key frame', '640x360', 'key frame', 'key frame', '320x180']);
    expect(track.keyFrames).toBe(3);
    expect(cache.startsKeyFrame(cache.find(65_536 + 2))).toBe(false);
  });

  it('does not look for pictures in audio', () => {
    const { track, events, receive } = setUp(audio);
    receive({ payload: keyPayload(1) });
    expect(events).toEqual([]);
    expect(track.isVideo).toBe(false);
  });

  it('misses packets only where repeating was agreed on', () => {
    const plain = setUp({ ...video, feedback: { ...video.feedback, nack: false } });
    plain.receive({ sequence: 1 });
    plain.receive({ sequence: 5 });
    expect(plain.track.nack).toBeNull();
    const { track, receive } = setUp();
    receive({ sequence: 1 });
    receive({ sequence: 5 });
    expect(track.nack?.size).toBe(3);
  });

  it('goes on missing what was lost just before a key frame: those pictures are still to be shown', () => {
    const { track, receive } = setUp();
    receive({ sequence: 1 });
    receive({ sequence: 3, payload: keyPayload(3) });
    expect(track.nack?.size).toBe(1);
  });

  it('stops missing what lies before a key frame once the pictures there are broken', () => {
    const { track, events, receive } = setUp();
    receive({ sequence: 1 });
    receive({ sequence: 1000 });
    receive({ sequence: 1002 });
    expect(events).toEqual(['broken']);
    expect(track.nack?.size).toBe(1);
    receive({ sequence: 1003, payload: keyPayload(1003) });
    expect(track.nack?.size).toBe(0);
  });

  it('asks for no key frame because audio is lost', () => {
    const { events, receive } = setUp(audio);
    receive({ sequence: 1 });
    receive({ sequence: 1000 });
    expect(events).toEqual([]);
  });
});

describe('UpTrack: sources', () => {
  it('takes another SSRC for its new source after three packets in a row', () => {
    const { cache, track, events, receive } = setUp();
    for (const sequence of [40_000, 40_001, 40_002]) receive({ sequence });
    const other = { ssrc: otherSsrc, payload: deltaPayload(0, 30) };
    expect(receive({ ...other, sequence: 9 })).toBe(-1);
    expect(receive({ ...other, sequence: 10 })).toBe(-1);
    expect(track.epoch).toBe(0);
    const slot = receive({ ...other, sequence: 11 });
    expect(cache.sequence(slot)).toBe(65_536 + 11);
    expect(track).toMatchObject({ epoch: 1, ssrc: otherSsrc, dropped: 2 });
    expect(cache.find(65_536 + 40_002)).toBe(-1);
    expect(track.reception.received).toBe(1);
    // Those who read are told first; and the pictures up to the next key frame are of no use.
    expect(events).toEqual(['restart with 3', 'broken']);
  });

  it('forgets the clock and the losses of the source before', () => {
    const { track, receive } = setUp();
    receive({ sequence: 1 });
    receive({ sequence: 9 });
    track.senderReport(1, 2, 3, 1000);
    for (const sequence of [1, 2, 3]) receive({ ssrc: otherSsrc, sequence });
    expect(track.clock.isKnown).toBe(false);
    expect(track.nack?.size).toBe(0);
    expect(track.reception.makeReport(otherSsrc, 2000)).toMatchObject({
      cumulativeLost: 0,
      lastSenderReport: 0,
      highestSequence: 3,
    });
  });

  it('is not taken over by stray packets between its own', () => {
    const { track, receive } = setUp();
    for (let index = 0; index < 20; index += 1) {
      expect(receive({ sequence: index })).not.toBe(-1);
      expect(receive({ sequence: 500 + 2 * index, ssrc: otherSsrc })).toBe(-1);
      expect(receive({ sequence: 501 + 2 * index, ssrc: otherSsrc })).toBe(-1);
    }
    expect(track).toMatchObject({ epoch: 0, ssrc: videoSsrc, packets: 20, dropped: 40 });
  });

  it('is not taken over by three packets of three forged sources, or by unrelated ones of one', () => {
    const { track, receive } = setUp();
    receive({ sequence: 1 });
    for (let index = 0; index < 30; index += 1) receive({ sequence: index, ssrc: otherSsrc + 1 + index });
    for (let index = 0; index < 30; index += 1) receive({ sequence: index * 7919, ssrc: otherSsrc });
    expect(track.epoch).toBe(0);
    expect(receive({ sequence: 2 })).not.toBe(-1);
  });

  it('can come back to its former source', () => {
    const { track, receive } = setUp();
    for (const sequence of [1, 2]) receive({ sequence });
    for (const sequence of [1, 2, 3]) receive({ sequence, ssrc: otherSsrc });
    for (const sequence of [3, 4, 5]) receive({ sequence });
    expect(track).toMatchObject({ epoch: 2, ssrc: videoSsrc });
  });

  it('keeps to its numbering through a loss of 3000 packets (RFC 3550 appendix A.1)', () => {
    const { track, events, receive } = setUp();
    receive({ sequence: 1 });
    expect(receive({ sequence: 3001 })).not.toBe(-1);
    expect(track.epoch).toBe(0);
    expect(events).toEqual(['broken']);
  });

  it.each([
    ['forwards', 100 + 3001],
    ['backwards', 65_536 + 100 - 3010],
    ['to the other side', 100 + 32_768],
  ])('drops a packet whose number jumps far %s, and begins anew when others follow it', (_, far) => {
    const { track, receive } = setUp();
    receive({ sequence: 100 });
    expect(receive({ sequence: far })).toBe(-1);
    expect(receive({ sequence: 101 })).not.toBe(-1);
    expect(receive({ sequence: far + 1 })).toBe(-1);
    expect(receive({ sequence: far + 3 })).toBe(-1);
    expect(track.epoch).toBe(0);
    expect(receive({ sequence: far + 2 })).not.toBe(-1);
    expect(track).toMatchObject({ epoch: 1, ssrc: videoSsrc });
    expect(receive({ sequence: 102 })).toBe(-1);
  });

  it('lets a source that leaps about neither store nor miss anything', () => {
    const { track, cache, receive } = setUp();
    receive({ sequence: 0 });
    for (let index = 1; index < 500; index += 1) receive({ sequence: 32_767 * index + index });
    expect(track.nack?.size).toBe(0);
    expect(held(cache)).toBeLessThanOrEqual(2);
  });

  it('keeps the sender report’s arrival for its report', () => {
    const { track, receive } = setUp();
    receive({ sequence: 1 });
    track.senderReport(0x1234_5678, 0x9abc_def0, 77, 2000);
    expect(track.reception.makeReport(videoSsrc, 2500)).toMatchObject({
      lastSenderReport: 0x5678_9abc,
      delaySinceLastSenderReport: 32_768,
    });
    expect(track.clock.isKnown).toBe(true);
  });
});

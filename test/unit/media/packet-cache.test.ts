import { describe, expect, it } from 'vitest';
import { PacketCache } from '../../../src/media/index.js';
import { slotSize } from '../../../src/media/packet-cache.js';
import { arriving, deltaPayload, rtpPacket } from './support/packets.js';
import { TestMemory } from './support/test-memory.js';

const capacity = 8;

function setUp() {
  const memory = new TestMemory(1 << 16);
  const cache = PacketCache.create(memory, capacity) as PacketCache;
  const store = (sequence: number, bytes = rtpPacket({ sequence, payload: deltaPayload(sequence, 50) })) =>
    cache.store(sequence, arriving(memory, bytes), false);
  const payloadAt = (slot: number) => {
    const offset = cache.payloadOffset(slot);
    return memory.u8.slice(offset, offset + cache.payloadLength(slot));
  };
  return { memory, cache, store, payloadAt };
}

describe('PacketCache', () => {
  it('keeps what a packet says after the datagram is gone', () => {
    const { memory, cache, payloadAt } = setUp();
    const payload = deltaPayload(7, 300);
    const fields = { sequence: 70_000, timestamp: 0xffff_fff0, marker: true, payload, transportSequence: 9 };
    const slot = cache.store(70_000, arriving(memory, rtpPacket(fields)), true);
    memory.arrive(rtpPacket({ payload: deltaPayload(8, 300) }));
    expect(slot).toBe(70_000 % capacity);
    expect(cache.find(70_000)).toBe(slot);
    expect(cache.timestamp(slot)).toBe(0xffff_fff0);
    expect(cache.hasMarker(slot)).toBe(true);
    expect(cache.startsKeyFrame(slot)).toBe(true);
    expect(payloadAt(slot)).toEqual(payload);
  });

  it('leaves padding out of the payload', () => {
    const { memory, cache, payloadAt } = setUp();
    const bytes = rtpPacket({ payload: Uint8Array.of(0x41, 1, 2, 3, 0, 0, 3) });
    bytes[0] = 0xa0;
    const slot = cache.store(65_536, arriving(memory, bytes), false);
    expect([...payloadAt(slot)]).toEqual([0x41, 1, 2, 3]);
  });

  it('replaces the oldest and finds exactly the last packets', () => {
    const { cache, store, payloadAt } = setUp();
    for (let sequence = 65_530; sequence < 65_560; sequence += 1) {
      expect(store(sequence)).toBe(sequence % capacity);
    }
    for (let sequence = 65_530; sequence < 65_552; sequence += 1) expect(cache.find(sequence)).toBe(-1);
    for (let sequence = 65_552; sequence < 65_560; sequence += 1) {
      expect(payloadAt(cache.find(sequence))).toEqual(deltaPayload(sequence, 50));
    }
    expect(cache.find(65_560)).toBe(-1);
  });

  it('finds packets whose sequence numbers no longer fit 32 bits', () => {
    const { cache, store } = setUp();
    const sequence = 2 ** 33 + 5;
    expect(store(sequence)).toBe(5);
    expect(cache.find(sequence)).toBe(5);
    expect(cache.find(5)).toBe(-1);
  });

  it('takes a late packet into its gap, once', () => {
    const { cache, store } = setUp();
    store(100);
    store(102);
    expect(store(101)).toBe(101 % capacity);
    expect(cache.find(101)).toBe(101 % capacity);
    expect(store(101)).toBe(-1);
    expect(store(102)).toBe(-1);
  });

  it('refuses a packet older than the one in its slot', () => {
    const { cache, store, payloadAt } = setUp();
    store(108);
    expect(store(100)).toBe(-1);
    expect(payloadAt(cache.find(108))).toEqual(deltaPayload(108, 50));
  });

  it('takes the longest packet that a slot holds and no longer one', () => {
    const { memory, cache, store } = setUp();
    const longest = rtpPacket({ payload: deltaPayload(1, slotSize - 12) });
    expect(store(2)).toBe(2);
    expect(store(1, longest)).toBe(1);
    expect(memory.u8[cache.payloadOffset(2) - 12]).toBe(0x80);
    expect(store(3, rtpPacket({ payload: deltaPayload(1, slotSize - 11) }))).toBe(-1);
    expect(cache.find(3)).toBe(-1);
  });

  it('forgets everything when it is cleared and goes on with lower numbers', () => {
    const { cache, store } = setUp();
    for (let sequence = 200; sequence < 208; sequence += 1) store(sequence);
    cache.clear();
    for (let sequence = 200; sequence < 208; sequence += 1) expect(cache.find(sequence)).toBe(-1);
    expect(store(100)).toBe(100 % capacity);
  });

  it('gives its memory back once, and neither finds nor takes anything after', () => {
    const { memory, cache, store } = setUp();
    store(100);
    expect([...memory.blocks.values()]).toEqual([capacity * (32 + slotSize)]);
    const before = memory.u8.slice(4096);
    cache.release();
    cache.release();
    expect(memory.blocks.size).toBe(0);
    expect(cache.find(100)).toBe(-1);
    expect(store(101)).toBe(-1);
    expect(Buffer.compare(memory.u8.subarray(4096), before)).toBe(0);
  });

  it('is null when the memory is exhausted', () => {
    const { memory } = setUp();
    expect(PacketCache.create(memory, 64)).toBeNull();
    expect(memory.blocks.size).toBe(1);
  });
});

import type { Memory } from '../kit/index.js';
import type { RtpPacket } from '../rtp/index.js';
import type { TrackExtension } from './description.js';
import { CarriedElements } from './header/carried-elements.js';
import type { MemoryPool } from './packet-sink.js';
import type { PrimaryBlocks } from './redundancy/primary-blocks.js';

/** Room for one packet: an Ethernet MTU. A longer packet is not forwarded. */
export const slotSize = 1536;
/** Bytes at the end of a slot that are kept for a header extension element. */
export const elementRoom = 8;

/** A record of a packet, bytes. */
const recordSize = 32;
/** Places in it, behind the extended sequence number, which takes eight. */
const timestampAt = 8;
const offsetAt = 12;
const lengthAt = 16;
const paddingAt = 20;
const flagsAt = 24;
/** Flags. */
const marked = 1;
const startsKeyFrame = 2;

/**
 * The last packets of one up track, in slots of one preallocated block: retransmissions and late readers are served
 * from it, and every reader of a packet reads the same bytes. A packet's slot is its extended sequence number modulo
 * the capacity, so looking one up is one comparison.
 *
 * What is known of a packet is a record of half a cache line, by slot, in front of all slots: no object is made a packet,
 * and with many streams each line that is touched is one that has to be fetched, each small page one to be looked up.
 */
export class PacketCache {
  /** Header extension elements for viewers; null where the publisher agreed on none of them. */
  readonly elements: CarriedElements | null;
  private readonly mask: number;
  /** Where the slots begin. */
  private readonly slots: number;
  private released = false;

  /** @param records where they lie, each with the extended sequence number first; -1 for an empty slot */
  private constructor(
    private readonly pool: MemoryPool,
    private readonly records: number,
    readonly capacity: number,
    extensions: readonly TrackExtension[],
    /** Null where the publisher sends no redundant audio. */
    readonly primaries: PrimaryBlocks | null,
  ) {
    this.mask = capacity - 1;
    this.slots = records + capacity * recordSize;
    this.elements = CarriedElements.create(extensions, capacity);
    this.empty();
  }

  /**
   * @param capacity packets; a power of two
   * @param extensions as agreed with the publisher
   * @param primaries of as many slots, where packets come with redundancy
   * @returns null when the memory is exhausted
   */
  static create(
    pool: MemoryPool,
    capacity: number,
    extensions: readonly TrackExtension[] = [],
    primaries: PrimaryBlocks | null = null,
  ): PacketCache | null {
    const records = pool.allocate(capacity * (recordSize + slotSize));
    return records < 0 ? null : new PacketCache(pool, records, capacity, extensions, primaries);
  }

  /** What the offsets are in. */
  get memory(): Memory {
    return this.pool;
  }

  /**
   * Copies a packet in.
   * @param sequence its extended sequence number
   * @param packet in the pool's own memory: copying within it makes no object, a view of another would be one a packet
   * @returns its slot; -1 when it is a duplicate, older than what the slot holds, longer than a slot, or
   *   its redundancy cannot be read
   */
  store(sequence: number, packet: RtpPacket, keyFrame: boolean): number {
    const slot = sequence & this.mask;
    if (this.released || packet.length > slotSize || this.sequence(slot) >= sequence) return -1;
    if (this.primaries !== null && !this.primaries.find(packet)) return -1;
    const offset = this.offsetOf(slot);
    this.pool.u8.copyWithin(offset, packet.offset, packet.offset + packet.length);
    const { view } = this.pool;
    const record = this.recordOf(slot);
    view.setFloat64(record, sequence);
    view.setUint32(record + timestampAt, packet.timestamp);
    view.setInt32(record + offsetAt, offset + (packet.payloadOffset - packet.offset));
    view.setInt32(record + lengthAt, packet.payloadLength);
    view.setInt32(record + paddingAt, 0);
    view.setInt32(record + flagsAt, (packet.marker ? marked : 0) | (keyFrame ? startsKeyFrame : 0));
    this.elements?.note(packet, slot, offset, slotSize - packet.length, sequence, keyFrame);
    this.primaries?.note(packet, slot, offset - packet.offset);
    return slot;
  }

  /**
   * Writes RTP padding (RFC 3550 section 5.1) behind a payload. Once a packet, before its first reader: one packet index
   * may seal one packet only.
   * @param count bytes, 1 to 255
   */
  pad(slot: number, count: number): void {
    const end = this.payloadOffset(slot) + this.payloadLength(slot);
    if (end + count > this.offsetOf(slot + 1) - elementRoom) return;
    this.pool.u8.fill(0, end, end + count - 1);
    this.pool.u8[end + count - 1] = count;
    this.pool.view.setInt32(this.recordOf(slot) + paddingAt, count);
  }

  /** Extended sequence number of the packet in a slot; -1 for an empty one. */
  sequence(slot: number): number {
    return this.pool.view.getFloat64(this.recordOf(slot));
  }

  timestamp(slot: number): number {
    return this.pool.view.getUint32(this.recordOf(slot) + timestampAt);
  }

  /** Where the payload lies. */
  payloadOffset(slot: number): number {
    return this.pool.view.getInt32(this.recordOf(slot) + offsetAt);
  }

  payloadLength(slot: number): number {
    return this.pool.view.getInt32(this.recordOf(slot) + lengthAt);
  }

  /** Bytes of padding that stand behind the payload, see `pad`. */
  padding(slot: number): number {
    return this.pool.view.getInt32(this.recordOf(slot) + paddingAt);
  }

  hasMarker(slot: number): boolean {
    return (this.pool.view.getInt32(this.recordOf(slot) + flagsAt) & marked) !== 0;
  }

  startsKeyFrame(slot: number): boolean {
    return (this.pool.view.getInt32(this.recordOf(slot) + flagsAt) & startsKeyFrame) !== 0;
  }

  /** Where the packet in a slot begins, header first, as it came but for padding behind its payload. */
  offsetOf(slot: number): number {
    return this.slots + slot * slotSize;
  }

  /** The slot of the packet with this extended sequence number, or -1. */
  find(sequence: number): number {
    const slot = sequence & this.mask;
    return !this.released && this.sequence(slot) === sequence ? slot : -1;
  }

  /** Forgets every packet: the publisher has started anew. */
  clear(): void {
    if (!this.released) this.empty();
    this.elements?.forget();
  }

  release(): void {
    if (this.released) return;
    this.released = true;
    this.pool.release(this.records);
  }

  private empty(): void {
    for (let slot = 0; slot < this.capacity; slot += 1) this.pool.view.setFloat64(this.recordOf(slot), -1);
  }

  private recordOf(slot: number): number {
    return this.records + slot * recordSize;
  }
}

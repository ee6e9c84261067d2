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

/** A record of a packet, 32 bits each. */
const recordWords = 8;
const recordDoubles = recordWords / 2;
/** Behind the extended sequence number, which takes two. */
const timestampWord = 2;
const offsetWord = 3;
const lengthWord = 4;
const paddingWord = 5;
const flagsWord = 6;
/** Flags. */
const marked = 1;
const startsKeyFrame = 2;

/**
 * The last packets of one up track, in slots of one preallocated block: retransmissions and late readers are served
 * from it, and every reader of a packet reads the same bytes. A packet's slot is its extended sequence number modulo
 * the capacity, so looking one up is one comparison.
 *
 * What is known of a packet is a record of half a cache line, by slot: no object is made a packet, and with many streams
 * each line that is touched is one that has to be fetched.
 */
export class PacketCache {
  /** Header extension elements for viewers; null where the publisher agreed on none of them. */
  readonly elements: CarriedElements | null;
  private readonly mask: number;
  /** The records: first the extended sequence number; -1 for an empty slot. */
  private readonly doubles: Float64Array;
  /** The same, for the rest of each. */
  private readonly words: Int32Array;
  private released = false;

  private constructor(
    private readonly pool: MemoryPool,
    private readonly base: number,
    readonly capacity: number,
    extensions: readonly TrackExtension[],
    /** Null where the publisher sends no redundant audio. */
    readonly primaries: PrimaryBlocks | null,
  ) {
    this.mask = capacity - 1;
    const records = new ArrayBuffer(capacity * 4 * recordWords);
    this.doubles = new Float64Array(records).fill(-1);
    this.words = new Int32Array(records);
    this.elements = CarriedElements.create(extensions, capacity);
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
    const base = pool.allocate(capacity * slotSize);
    return base < 0 ? null : new PacketCache(pool, base, capacity, extensions, primaries);
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
    if (packet.length > slotSize || this.sequence(slot) >= sequence || this.released) return -1;
    if (this.primaries !== null && !this.primaries.find(packet)) return -1;
    const offset = this.offsetOf(slot);
    this.pool.u8.copyWithin(offset, packet.offset, packet.offset + packet.length);
    const { words } = this;
    const record = slot * recordWords;
    this.doubles[slot * recordDoubles] = sequence;
    words[record + timestampWord] = packet.timestamp;
    words[record + offsetWord] = offset + (packet.payloadOffset - packet.offset);
    words[record + lengthWord] = packet.payloadLength;
    words[record + paddingWord] = 0;
    words[record + flagsWord] = (packet.marker ? marked : 0) | (keyFrame ? startsKeyFrame : 0);
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
    if (end + count > this.base + (slot + 1) * slotSize - elementRoom) return;
    this.pool.u8.fill(0, end, end + count - 1);
    this.pool.u8[end + count - 1] = count;
    this.words[slot * recordWords + paddingWord] = count;
  }

  /** Extended sequence number of the packet in a slot; -1 for an empty one. */
  sequence(slot: number): number {
    return this.doubles[slot * recordDoubles] as number;
  }

  timestamp(slot: number): number {
    return (this.words[slot * recordWords + timestampWord] as number) >>> 0;
  }

  /** Where the payload lies. */
  payloadOffset(slot: number): number {
    return this.words[slot * recordWords + offsetWord] as number;
  }

  payloadLength(slot: number): number {
    return this.words[slot * recordWords + lengthWord] as number;
  }

  /** Bytes of padding that stand behind the payload, see `pad`. */
  padding(slot: number): number {
    return this.words[slot * recordWords + paddingWord] as number;
  }

  hasMarker(slot: number): boolean {
    return ((this.words[slot * recordWords + flagsWord] as number) & marked) !== 0;
  }

  startsKeyFrame(slot: number): boolean {
    return ((this.words[slot * recordWords + flagsWord] as number) & startsKeyFrame) !== 0;
  }

  /** Where the packet in a slot begins, header first, as it came but for padding behind its payload. */
  offsetOf(slot: number): number {
    return this.base + slot * slotSize;
  }

  /** The slot of the packet with this extended sequence number, or -1. */
  find(sequence: number): number {
    const slot = sequence & this.mask;
    return this.sequence(slot) === sequence ? slot : -1;
  }

  /** Forgets every packet: the publisher has started anew. */
  clear(): void {
    for (let slot = 0; slot < this.capacity; slot += 1) this.doubles[slot * recordDoubles] = -1;
    this.elements?.forget();
  }

  release(): void {
    if (this.released) return;
    this.released = true;
    this.clear();
    this.pool.release(this.base);
  }
}

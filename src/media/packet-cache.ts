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

/**
 * The last packets of one up track, in slots of one preallocated block: retransmissions and late readers are served
 * from it, and every reader of a packet reads the same bytes. A packet's slot is its extended sequence number modulo
 * the capacity, so looking one up is one comparison.
 *
 * The fields are parallel arrays by slot, so that no object is made a packet.
 */
export class PacketCache {
  /** Extended sequence number; -1 for an empty slot. */
  readonly sequences: Float64Array;
  readonly timestamps: Uint32Array;
  readonly payloadOffsets: Int32Array;
  readonly payloadLengths: Int32Array;
  readonly markers: Uint8Array;
  /** Bytes of padding that stand behind the payload, see `pad`. */
  readonly paddings: Uint8Array;
  /** 1 where a key frame starts. */
  readonly keyFrames: Uint8Array;
  /** Header extension elements for viewers; null where the publisher agreed on none of them. */
  readonly elements: CarriedElements | null;
  private readonly mask: number;
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
    this.sequences = new Float64Array(capacity).fill(-1);
    this.timestamps = new Uint32Array(capacity);
    this.payloadOffsets = new Int32Array(capacity);
    this.payloadLengths = new Int32Array(capacity);
    this.markers = new Uint8Array(capacity);
    this.paddings = new Uint8Array(capacity);
    this.keyFrames = new Uint8Array(capacity);
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
    if (packet.length > slotSize || (this.sequences[slot] as number) >= sequence || this.released) return -1;
    if (this.primaries !== null && !this.primaries.find(packet)) return -1;
    const offset = this.offsetOf(slot);
    this.pool.u8.copyWithin(offset, packet.offset, packet.offset + packet.length);
    this.sequences[slot] = sequence;
    this.timestamps[slot] = packet.timestamp;
    this.payloadOffsets[slot] = offset + (packet.payloadOffset - packet.offset);
    this.payloadLengths[slot] = packet.payloadLength;
    this.markers[slot] = packet.marker ? 1 : 0;
    this.keyFrames[slot] = keyFrame ? 1 : 0;
    this.paddings[slot] = 0;
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
    const end = (this.payloadOffsets[slot] as number) + (this.payloadLengths[slot] as number);
    if (end + count > this.base + (slot + 1) * slotSize - elementRoom) return;
    this.pool.u8.fill(0, end, end + count - 1);
    this.pool.u8[end + count - 1] = count;
    this.paddings[slot] = count;
  }

  /** Where the packet in a slot begins, header first, as it came but for padding behind its payload. */
  offsetOf(slot: number): number {
    return this.base + slot * slotSize;
  }

  /** The slot of the packet with this extended sequence number, or -1. */
  find(sequence: number): number {
    const slot = sequence & this.mask;
    return this.sequences[slot] === sequence ? slot : -1;
  }

  /** Forgets every packet: the publisher has started anew. */
  clear(): void {
    this.sequences.fill(-1);
    this.elements?.forget();
  }

  release(): void {
    if (this.released) return;
    this.released = true;
    this.clear();
    this.pool.release(this.base);
  }
}

import type { PacketSink } from '../../../../src/media/index.js';
import type { TestMemory } from './test-memory.js';

const areaSize = 1 << 16;
const guardSize = 32;
const canary = 0xee;

/** A packet as it would have been sealed. */
export interface SentPacket {
  readonly bytes: Uint8Array;
  readonly isRtcp: boolean;
  /** The SRTP packet index; -1 for RTCP. */
  readonly index: number;
}

/**
 * A transport without encryption: hands out a fresh region a packet as the send queue does, and passes the plain
 * packets on. It throws on what would be a fault with the real one: writing outside the region, a packet index that
 * does not belong to the sequence number, and one index for two different packets, which would give the key stream
 * away (RFC 3711 section 9.1).
 */
export class FakeSink implements PacketSink {
  connected = true;
  /** While true the send queue is full. */
  full = false;
  /** Kept when no receiver is given. */
  readonly sent: SentPacket[] = [];
  private readonly area: number;
  private at = 0;
  private reserved = -1;
  private size = 0;
  private readonly sealed = new Map<string, Uint8Array>();

  constructor(
    readonly memory: TestMemory,
    private readonly onPacket?: (packet: SentPacket) => void,
  ) {
    this.area = memory.allocate(areaSize);
    if (this.area < 0) throw new Error('the test memory is too small');
  }

  get rtp(): readonly SentPacket[] {
    return this.sent.filter(({ isRtcp }) => !isRtcp);
  }

  get rtcp(): readonly SentPacket[] {
    return this.sent.filter(({ isRtcp }) => isRtcp);
  }

  begin(size: number): number {
    if (size <= 0) throw new Error(`a packet of ${size} bytes`);
    if (this.full) return -1;
    if (this.at + size + guardSize > areaSize) this.at = 0;
    this.reserved = this.area + this.at;
    this.size = size;
    this.memory.u8.fill(canary, this.reserved, this.reserved + size + guardSize);
    return this.reserved;
  }

  sendRtp(
    headerOffset: number,
    headerLength: number,
    payloadOffset: number,
    payloadLength: number,
    packetIndex: number,
  ): number {
    const { u8, view } = this.memory;
    const header = u8.slice(headerOffset, headerOffset + headerLength);
    const sequenceNumber = view.getUint16(headerOffset + 2);
    const ssrc = view.getUint32(headerOffset + 8);
    this.take(headerOffset, headerLength + payloadLength);
    if (packetIndex < 0 || (packetIndex & 0xffff) !== sequenceNumber)
      throw new Error(`packet index ${packetIndex} for sequence number ${sequenceNumber}`);
    if (payloadOffset < 0 || payloadOffset + payloadLength > u8.length) throw new Error('payload outside');
    const bytes = new Uint8Array(headerLength + payloadLength);
    bytes.set(header);
    bytes.set(u8.subarray(payloadOffset, payloadOffset + payloadLength), headerLength);
    this.checkKeyStream(`${ssrc}/${packetIndex}`, bytes);
    return this.pass({ bytes, isRtcp: false, index: packetIndex });
  }

  sendRtcp(offset: number, length: number): number {
    this.take(offset, length);
    const bytes = this.memory.u8.slice(offset, offset + length);
    return this.pass({ bytes, isRtcp: true, index: -1 });
  }

  private take(offset: number, length: number): void {
    if (offset !== this.reserved) throw new Error('sent from where nothing was reserved');
    if (length <= 0 || length > this.size) throw new Error(`${length} bytes sent, ${this.size} reserved`);
    const { u8 } = this.memory;
    for (let at = offset + this.size; at < offset + this.size + guardSize; at += 1) {
      if (u8[at] !== canary) throw new Error('written outside the region');
    }
    this.reserved = -1;
    this.at += length;
  }

  private checkKeyStream(key: string, bytes: Uint8Array): void {
    const before = this.sealed.get(key);
    if (!before) this.sealed.set(key, bytes);
    else if (Buffer.compare(before, bytes) !== 0) throw new Error(`index ${key} seals two packets`);
  }

  private pass(packet: SentPacket): number {
    if (this.onPacket) this.onPacket(packet);
    else this.sent.push(packet);
    return packet.bytes.length + 16;
  }
}

import { RedPayload, type RtpPacket } from '../../rtp/index.js';
import type { TrackDescription } from '../description.js';

/**
 * What the packets of an audio track carry without their redundancy (RFC 2198), by slot of its cache: looked for once,
 * when a packet arrives. Packets of the codec alone are among them, since a publisher may send either at any time.
 */
export class PrimaryBlocks {
  /** Offset in the cache's memory. */
  readonly offsets: Int32Array;
  /** Bytes. */
  readonly lengths: Int32Array;
  /** 1 where the packet came with redundancy. */
  readonly wrapped: Uint8Array;
  private readonly red = new RedPayload();

  private constructor(
    private readonly redPayloadType: number,
    private readonly payloadType: number | null,
    capacity: number,
  ) {
    this.offsets = new Int32Array(capacity);
    this.lengths = new Int32Array(capacity);
    this.wrapped = new Uint8Array(capacity);
  }

  /**
   * @param capacity slots of the cache
   * @returns null where the publisher did not agree on redundancy
   */
  static create({ redPayloadType, codec, piped }: TrackDescription, capacity: number): PrimaryBlocks | null {
    if (redPayloadType === null) return null;
    // What a pipe brings has been looked at, and names the publisher's payload type inside.
    return new PrimaryBlocks(redPayloadType, piped ? null : codec.payloadType, capacity);
  }

  /**
   * Looks for the primary block of a packet that is to be stored.
   * @returns false when it comes with redundancy that cannot be read, or around another codec
   */
  find(packet: RtpPacket): boolean {
    if (!this.isWrapped(packet)) return true;
    const { red } = this;
    return (
      red.parse(packet.memory, packet.payloadOffset, packet.payloadLength) &&
      (this.payloadType === null || red.primaryPayloadType === this.payloadType)
    );
  }

  /**
   * Notes what `find` has found of a packet that was stored.
   * @param shift from the packet to its copy in the cache, bytes
   */
  note(packet: RtpPacket, slot: number, shift: number): void {
    const wrapped = this.isWrapped(packet);
    this.wrapped[slot] = wrapped ? 1 : 0;
    this.offsets[slot] = (wrapped ? this.red.primaryOffset : packet.payloadOffset) + shift;
    this.lengths[slot] = wrapped ? this.red.primaryLength : packet.payloadLength;
  }

  /** Packets of padding only, with which browsers probe for bandwidth, carry neither redundancy nor anything else. */
  private isWrapped({ payloadType, payloadLength }: RtpPacket): boolean {
    return payloadType === this.redPayloadType && payloadLength > 0;
  }
}

import type { RtpPacket } from '../../rtp/index.js';
import type { UpTrack } from '../up-track.js';

/** Bytes of the original sequence number in front of the payload (RFC 4588 section 4). */
const osnSize = 2;

/** Turns a publisher's RTX packets (RFC 4588) back into what they repeat, for one up track. */
export class RtxReceiver {
  /** Packets of padding only, with which browsers probe for bandwidth. */
  probes = 0;
  /** Packets that repeat nothing of the track. */
  dropped = 0;
  private ssrc = -1;
  /** Source of the retransmissions before the track was started anew: they have the numbers of then. */
  private formerSsrc = -1;
  private mediaSsrc = -1;

  constructor(private readonly up: UpTrack) {}

  /**
   * @param packet turned in place into the original; its payload stays where it is
   * @returns the cache slot of the original, or -1 when there was nothing to take
   */
  receive(packet: RtpPacket, now: number): number {
    if (packet.payloadLength === 0) {
      this.probes += 1;
      return -1;
    }
    if (packet.payloadLength < osnSize || this.isStale(packet.ssrc) || !this.unwrap(packet)) {
      this.dropped += 1;
      return -1;
    }
    return this.up.receiveAgain(packet, now);
  }

  /** Moves the header up to the payload, over the original sequence number, which goes into it. */
  private unwrap(packet: RtpPacket): boolean {
    const { memory, offset, length, payloadOffset, marker } = packet;
    const { view, u8 } = memory;
    const original = view.getUint16(payloadOffset);
    const moved = offset + osnSize;
    u8.copyWithin(moved, offset, payloadOffset);
    view.setUint8(moved + 1, (marker ? 0x80 : 0) | this.up.description.codec.payloadType);
    view.setUint16(moved + 2, original);
    view.setUint32(moved + 8, this.up.ssrc);
    return packet.parse(memory, moved, length - osnSize);
  }

  private isStale(ssrc: number): boolean {
    if (this.up.ssrc < 0) return true;
    if (this.up.ssrc !== this.mediaSsrc) {
      this.mediaSsrc = this.up.ssrc;
      this.formerSsrc = this.ssrc;
    }
    if (ssrc === this.formerSsrc) return true;
    this.ssrc = ssrc;
    return false;
  }
}

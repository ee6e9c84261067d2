import { RTP_HEADER_LENGTH, writeRtpHeader } from '../../rtp/index.js';
import type { DownTrackDescription } from '../description.js';
import type { HeaderExtensions } from '../header/header-extensions.js';
import type { PacketCache } from '../packet-cache.js';
import type { PacketSink } from '../packet-sink.js';
import type { SentPackets } from '../sent-packets.js';

/** Bytes of the original sequence number in front of the payload (RFC 4588 section 4). */
const osnSize = 2;

/**
 * The stream of one viewer's retransmissions: an SSRC, a payload type and a continuous numbering of its own (RFC 4588
 * section 4), so that what the path loses stays visible in the numbering of the media itself.
 */
export class Retransmission {
  packets = 0;
  /** Payload bytes, those of the original sequence numbers too. */
  octets = 0;
  private nextIndex: number;

  private constructor(
    private readonly sink: PacketSink,
    private readonly payloadType: number,
    private readonly ssrc: number,
    firstIndex: number,
  ) {
    this.nextIndex = firstIndex;
  }

  /**
   * @param firstIndex where the numbering starts, 0 to 32767
   * @returns null where the viewer takes the packets themselves again
   */
  static create(
    { rtxPayloadType, rtxSsrc }: DownTrackDescription,
    sink: PacketSink,
    firstIndex: number,
  ): Retransmission | null {
    if (rtxPayloadType === null || rtxSsrc === null) return null;
    return new Retransmission(sink, rtxPayloadType, rtxSsrc, firstIndex);
  }

  /**
   * Sends a cached packet again.
   * @param sentIndex packet index, and `timestamp`: those the viewer knows it by
   * @param extensions of the track's packets, or null
   * @returns false when it did not go
   */
  send(
    track: SentPackets,
    cache: PacketCache,
    slot: number,
    sentIndex: number,
    timestamp: number,
    extensions: HeaderExtensions | null,
    now: number,
  ): boolean {
    const { sink, nextIndex: index } = this;
    const { memory } = sink;
    const size = osnSize + track.payloadLength(cache, slot, sentIndex);
    const offset = sink.begin(RTP_HEADER_LENGTH + (extensions?.room ?? 0) + size);
    if (offset < 0) return false;
    const extended =
      extensions?.write(memory, offset + RTP_HEADER_LENGTH, cache.elements, slot, now, track.frameShift) ?? 0;
    const marker = track.hasMarker(cache, slot, sentIndex);
    writeRtpHeader(
      memory,
      offset,
      marker,
      this.payloadType,
      index & 0xffff,
      timestamp,
      this.ssrc,
      extended > 0,
    );
    // The payload is encrypted on its way out of the cache, so what belongs in front of it has to stand there: over the
    // end of the packet's own header, for as long as this call. A changed copy leaves that room behind the new header.
    const headerLength = RTP_HEADER_LENGTH + extended;
    const room = offset + headerLength + osnSize;
    const payload = track.payloadOffset(cache, slot, sentIndex, room) - osnSize;
    const { view } = memory;
    const covered = view.getUint16(payload);
    view.setUint16(payload, sentIndex & 0xffff);
    const sent = sink.sendRtp(offset, headerLength, payload, size, index);
    if (payload !== offset + headerLength) view.setUint16(payload, covered);
    if (sent === 0) return false;
    this.nextIndex += 1;
    this.packets += 1;
    this.octets += size;
    return true;
  }
}

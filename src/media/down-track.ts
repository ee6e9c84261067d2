import { RTP_HEADER_LENGTH, writeRtpHeader } from '../rtp/index.js';
import type { DownTrackDescription } from './description.js';
import { HeaderExtensions } from './header/header-extensions.js';
import { ResendGate } from './nack/resend-gate.js';
import { Retransmission } from './nack/retransmission.js';
import type { PacketCache } from './packet-cache.js';
import type { PacketSink } from './packet-sink.js';
import type { UpTrack } from './up-track.js';

/**
 * A track on its way from the server to one viewer: decides which packets go, gives them the viewer's payload type,
 * SSRC and a continuous numbering, and remembers how to find them again when the viewer misses one.
 */
export class DownTrack {
  packets = 0;
  /** Payload bytes, as sender reports count them. */
  octets = 0;
  frames = 0;
  retransmitted = 0;
  /** Packets asked for by the viewer. */
  nacked = 0;
  /** Difference between the viewer's RTP timestamps and the publisher's. */
  timestampDelta = 0;
  private readonly isVideo: boolean;
  private readonly payloadType: number;
  private readonly ssrc: number;
  private waiting = true;
  private epoch = -1;
  private firstSequence = 0;
  /** Outgoing packet index minus the publisher's extended sequence number: constant within an epoch, so that gaps stay gaps. */
  private indexDelta = 0;
  private lastIndex: number;
  /** As the viewer saw it. */
  private lastTimestamp = 0;
  private lastSentAt = 0;
  private gate: ResendGate | null = null;
  private readonly extensions: HeaderExtensions | null;
  private readonly retransmission: Retransmission | null;

  /** @param firstIndex where the viewer's numbering starts, 0 to 32767 */
  constructor(
    readonly description: DownTrackDescription,
    readonly up: UpTrack,
    private readonly sink: PacketSink,
    firstIndex: number,
  ) {
    this.isVideo = description.kind === 'video';
    this.payloadType = description.codec.payloadType;
    this.ssrc = description.ssrc;
    this.lastIndex = firstIndex - 1;
    this.extensions = HeaderExtensions.create(description.extensions, up.cache.elements);
    this.retransmission = Retransmission.create(description, sink, firstIndex);
  }

  /** Payload bytes of retransmissions that `octets` does not count, since they are a stream of their own. */
  get rtxOctets(): number {
    return this.retransmission?.octets ?? 0;
  }

  /** True while no packet can go because no key frame has come. */
  get needsKeyFrame(): boolean {
    return this.isVideo && (this.waiting || this.epoch !== this.up.epoch);
  }

  /** Sends the packet in this slot of the up track's cache, if it is one for the viewer. */
  forward(slot: number, now: number): void {
    const cache = this.up.cache;
    const sequence = cache.sequences[slot] as number;
    const beginning = this.waiting || this.epoch !== this.up.epoch;
    if (beginning) {
      if (this.isVideo && cache.keyFrames[slot] === 0) return;
      this.begin(cache, slot, sequence, now);
    } else if (sequence < this.firstSequence) {
      return;
    }
    const index = sequence + this.indexDelta;
    if (!this.send(cache, slot, index, now)) {
      // The viewer would not miss, and so not ask for, what comes before the first packet it gets.
      if (beginning) this.waiting = true;
      return;
    }
    this.frames += cache.markers[slot] as number;
    if (index > this.lastIndex) {
      this.lastIndex = index;
      this.lastTimestamp = (cache.timestamps[slot] as number) + this.timestampDelta;
      this.lastSentAt = now;
    }
  }

  /**
   * Sends again what the viewer misses.
   * @param sequenceNumber as the viewer saw it, 16 bit
   * @param roundTrip to the viewer, ms
   */
  resend(sequenceNumber: number, now: number, roundTrip: number): void {
    this.nacked += 1;
    if (this.waiting || this.epoch !== this.up.epoch) return;
    const behind = (this.lastIndex - sequenceNumber) & 0xffff;
    if (behind > 0x7fff) return;
    const index = this.lastIndex - behind;
    const sequence = index - this.indexDelta;
    if (sequence < this.firstSequence) return;
    const slot = this.up.cache.find(sequence);
    if (slot < 0) return;
    this.gate ??= new ResendGate();
    const forwarded = this.retransmission ? this.packets : this.packets - this.retransmitted;
    if (!this.gate.pass(index, now, roundTrip, forwarded)) return;
    if (this.repeat(slot, index, now)) this.retransmitted += 1;
  }

  /** Continues the viewer's numbering and timeline at this packet, whatever numbering the publisher uses now. */
  private begin(cache: PacketCache, slot: number, sequence: number, now: number): void {
    const timestamp = cache.timestamps[slot] as number;
    if (this.packets > 0) {
      const elapsed = Math.max(
        1,
        Math.round(((now - this.lastSentAt) * this.description.codec.clockRate) / 1000),
      );
      this.timestampDelta = (this.lastTimestamp + elapsed - timestamp) % 0x1_0000_0000;
    }
    this.indexDelta = this.lastIndex + 1 - sequence;
    this.firstSequence = sequence;
    this.epoch = this.up.epoch;
    this.waiting = false;
  }

  private repeat(slot: number, index: number, now: number): boolean {
    const { cache } = this.up;
    if (!this.retransmission) return this.send(cache, slot, index, now);
    const timestamp = ((cache.timestamps[slot] as number) + this.timestampDelta) >>> 0;
    return this.retransmission.send(cache, slot, index & 0xffff, timestamp, this.extensions, now);
  }

  private send(cache: PacketCache, slot: number, index: number, now: number): boolean {
    const { sink, extensions } = this;
    const payloadLength = cache.payloadLengths[slot] as number;
    const offset = sink.begin(RTP_HEADER_LENGTH + (extensions?.room ?? 0) + payloadLength);
    if (offset < 0) return false;
    const extended = extensions?.write(sink.memory, offset + RTP_HEADER_LENGTH, slot, now) ?? 0;
    writeRtpHeader(
      sink.memory,
      offset,
      cache.markers[slot] === 1,
      this.payloadType,
      index & 0xffff,
      ((cache.timestamps[slot] as number) + this.timestampDelta) >>> 0,
      this.ssrc,
      extended > 0,
    );
    const headerLength = RTP_HEADER_LENGTH + extended;
    const sent = sink.sendRtp(
      offset,
      headerLength,
      cache.payloadOffsets[slot] as number,
      payloadLength,
      index,
    );
    if (sent === 0) return false;
    this.packets += 1;
    this.octets += payloadLength;
    return true;
  }
}

import { RTP_HEADER_LENGTH, writeRtpHeader } from '../rtp/index.js';
import type { DownTrackDescription } from './description.js';
import { CatchUp } from './fast-start/catch-up.js';
import { HeaderExtensions } from './header/header-extensions.js';
import { ResendGate } from './nack/resend-gate.js';
import { Retransmission } from './nack/retransmission.js';
import type { PacketCache } from './packet-cache.js';
import type { PacketSink } from './packet-sink.js';
import { SentPackets } from './sent-packets.js';
import type { UpTrack } from './up-track.js';

/** Between two turns of catching up, ms. */
const catchUpInterval = 5;
/** Packets a turn at most: 60 Mbit/s of full ones. */
const catchUpBurst = 32;

/**
 * A track on its way from the server to one viewer: decides which packets go, gives them the viewer's payload type,
 * SSRC and a continuous numbering, and remembers how to find them again when the viewer misses one.
 */
export class DownTrack extends SentPackets {
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
  protected payloadType: number;
  private readonly ssrc: number;
  /** True while packets are sent as they come. Neither this nor `behind`: waiting for a key frame. */
  protected live = false;
  /** True while packets of the past are sent. */
  protected behind = false;
  protected epoch = -1;
  protected firstSequence = 0;
  /** Outgoing packet index minus the publisher's extended sequence number: constant within an epoch, so that gaps stay gaps. */
  protected indexDelta = 0;
  protected lastIndex: number;
  /** Of the packet with the last index, as the viewer saw it. */
  protected lastTimestamp = 0;
  /** Of the packet sent last. */
  private sentTimestamp = 0;
  private lastSentAt = 0;
  protected past: CatchUp | null = null;
  /** Index from which on timestamps are the publisher's but for `timestampDelta`; those before, `past` knows. */
  protected presentIndex = 0;
  private gate: ResendGate | null = null;
  private readonly extensions: HeaderExtensions | null;
  private readonly retransmission: Retransmission | null;

  /** @param firstIndex where the viewer's numbering starts, 0 to 32767 */
  constructor(
    readonly description: DownTrackDescription,
    public up: UpTrack,
    protected readonly sink: PacketSink,
    firstIndex: number,
  ) {
    super();
    this.isVideo = description.kind === 'video';
    this.payloadType = description.codec.payloadType;
    this.ssrc = description.ssrc;
    this.lastIndex = firstIndex - 1;
    this.retransmission = Retransmission.create(description, sink, firstIndex);
    const once = this.retransmission !== null || !description.feedback.nack;
    this.extensions = HeaderExtensions.create(description, up.cache.elements, once);
  }

  /** Payload bytes of retransmissions that `octets` does not count, since they are a stream of their own. */
  get rtxOctets(): number {
    return this.retransmission?.octets ?? 0;
  }

  /** Has the viewer hold the picture back by so many ms, where it understands that. */
  delayPlayout(least: number): void {
    this.extensions?.delayPlayout(least);
  }

  /** True while no packet can go because no key frame has come. */
  get needsKeyFrame(): boolean {
    return this.isVideo && !(this.isCurrent && (this.live || this.behind));
  }

  /** The up track whose key frame it waits for; null for none. */
  get keyFrameSource(): UpTrack | null {
    return this.needsKeyFrame ? this.up : null;
  }

  /** Whether there are layers to choose from. */
  get isLayered(): boolean {
    return false;
  }

  /** Up tracks it may be fed by, by index. */
  get sources(): readonly number[] {
    return [this.up.index];
  }

  /** True while it has to be called by `catchUp`. */
  get isBehind(): boolean {
    return this.behind;
  }

  protected get isCurrent(): boolean {
    return this.epoch === this.up.epoch;
  }

  /**
   * Begins with the past if there is a key frame to begin with; `catchUp` then sends it.
   * @returns whether it does
   */
  startInPast(now: number): boolean {
    const { up } = this;
    if (!this.isVideo || this.live || this.behind || !up.hasStart(now)) return false;
    const { clockRate } = this.description.codec;
    const first = up.group.first;
    const keyTimestamp = up.cache.timestamp(up.cache.find(first));
    const present = up.lastTimestamp + ((now - up.lastTimestampAt) * clockRate) / 1000;
    this.begin(keyTimestamp, first, now);
    this.past = new CatchUp(first, keyTimestamp, present, clockRate, now);
    this.presentIndex = Number.POSITIVE_INFINITY;
    this.behind = true;
    this.live = false;
    return true;
  }

  /**
   * Sends what is due of the past. Never in the middle of a turn of the loop: packets that lie in the cache already
   * and are still to be forwarded would go twice.
   * @returns when to go on, ms; `Infinity` when it is not behind any more
   */
  catchUp(now: number): number {
    const { past, up } = this;
    if (!past || !this.behind) return Number.POSITIVE_INFINITY;
    const { cache, last } = up;
    // Started anew, or overwritten: it takes a key frame to go on.
    const lost = !this.isCurrent || last - past.next >= cache.capacity;
    for (let sent = 0; !lost && past.next <= last; past.next += 1) {
      const slot = cache.find(past.next);
      // What is missing is forwarded when it comes.
      if (slot < 0) continue;
      const due = past.isDue(cache.timestamp(slot), now);
      if (!due || sent === catchUpBurst || !this.pass(cache, slot, past.next, now))
        return now + catchUpInterval;
      sent += 1;
    }
    if (!lost && !past.isOver(now)) return now + catchUpInterval;
    this.behind = false;
    this.live = !lost;
    return Number.POSITIVE_INFINITY;
  }

  /**
   * Decides what the viewer is to be sent, where there is a choice.
   * @param _estimate of what the viewer can receive, bit/s; 0 while unknown
   * @returns when to come again, ms
   */
  choose(_now: number, _estimate: number): number {
    return Number.POSITIVE_INFINITY;
  }

  /** @param _fraction of packets that the viewer reports lost, 0 to 1 */
  onLoss(_fraction: number, _now: number): void {}

  /**
   * Sends the packet in this slot of the up track's cache, if it is one for the viewer.
   * @param _source index of the up track, one of `sources`
   */
  forward(slot: number, now: number, _source: number): void {
    const cache = this.up.cache;
    const sequence = cache.sequence(slot);
    if (this.live && this.isCurrent) {
      if (sequence >= this.firstSequence) this.pass(cache, slot, sequence, now);
    } else if (this.behind && this.isCurrent) {
      // The rest is reached by `catchUp`.
      const fills = sequence >= this.firstSequence && sequence < (this.past?.next ?? 0);
      if (fills) this.pass(cache, slot, sequence, now);
    } else if (!this.isVideo || cache.startsKeyFrame(slot)) {
      this.begin(cache.timestamp(slot), sequence, now);
      // The viewer would not miss, and so not ask for, what comes before the first packet it gets.
      this.live = this.pass(cache, slot, sequence, now);
    }
  }

  /**
   * Sends again what the viewer misses.
   * @param sequenceNumber as the viewer saw it, 16 bit
   * @param roundTrip to the viewer, ms
   */
  resend(sequenceNumber: number, now: number, roundTrip: number): void {
    this.nacked += 1;
    if (!this.description.feedback.nack || !(this.live || this.behind) || !this.isCurrent) return;
    const distance = (this.lastIndex - sequenceNumber) & 0xffff;
    if (distance > 0x7fff) return;
    const index = this.lastIndex - distance;
    const sequence = this.sequenceOf(index);
    if (sequence < this.firstSequence) return;
    const { cache } = this.up;
    const slot = cache.find(sequence);
    if (slot < 0 || !this.mayRepeat(index, cache.payloadLength(slot), now, roundTrip)) return;
    if (this.repeat(cache, slot, index, now)) this.retransmitted += 1;
  }

  /** @param length of the payload, bytes */
  protected mayRepeat(index: number, length: number, now: number, roundTrip: number): boolean {
    this.gate ??= new ResendGate(this.retransmission === null);
    return this.gate.pass(index, length, now, roundTrip, this);
  }

  /** The publisher's number of a packet that went, or is yet to go, under this index; -1 for none. */
  protected sequenceOf(index: number): number {
    return index - this.indexDelta;
  }

  /** Continues the viewer's numbering and timeline at this packet, whatever numbering the publisher uses now. */
  protected begin(timestamp: number, sequence: number, now: number): void {
    if (this.packets > 0) {
      const { clockRate } = this.description.codec;
      const elapsed = Math.max(1, Math.round(((now - this.lastSentAt) * clockRate) / 1000));
      this.timestampDelta = (this.lastTimestamp + elapsed - timestamp) % 0x1_0000_0000;
    }
    this.indexDelta = this.lastIndex + 1 - sequence;
    this.firstSequence = sequence;
    this.epoch = this.up.epoch;
    this.presentIndex = 0;
    this.behind = false;
  }

  /** Sends a packet for the first time. @returns whether there was room for it */
  protected pass(cache: PacketCache, slot: number, sequence: number, now: number): boolean {
    return this.passAs(cache, slot, sequence + this.indexDelta, now);
  }

  protected passAs(cache: PacketCache, slot: number, index: number, now: number): boolean {
    if (!this.send(cache, slot, index, now)) return false;
    if (this.hasMarker(cache, slot, index)) this.frames += 1;
    if (index > this.lastIndex) {
      this.lastIndex = index;
      this.lastTimestamp = this.sentTimestamp;
      this.lastSentAt = now;
    }
    return true;
  }

  protected repeat(cache: PacketCache, slot: number, index: number, now: number): boolean {
    const { retransmission } = this;
    if (!retransmission) return this.send(cache, slot, index, now);
    const timestamp = this.viewerTimestamp(cache.timestamp(slot), index) >>> 0;
    return retransmission.send(this, cache, slot, index, timestamp, this.extensions, now);
  }

  protected send(cache: PacketCache, slot: number, index: number, now: number): boolean {
    const { sink, extensions, frameShift } = this;
    const payloadLength = this.payloadLength(cache, slot, index);
    const padding = this.padding(cache, slot, index);
    const offset = sink.begin(RTP_HEADER_LENGTH + (extensions?.room ?? 0) + payloadLength + padding);
    if (offset < 0) return false;
    this.sentTimestamp = this.viewerTimestamp(cache.timestamp(slot), index);
    const extended =
      extensions?.write(sink.memory, offset + RTP_HEADER_LENGTH, cache.elements, slot, now, frameShift) ?? 0;
    writeRtpHeader(
      sink.memory,
      offset,
      this.hasMarker(cache, slot, index),
      this.payloadType,
      index & 0xffff,
      this.sentTimestamp >>> 0,
      this.ssrc,
      extended > 0,
      padding > 0,
    );
    const headerLength = RTP_HEADER_LENGTH + extended;
    const payload = this.payloadOffset(cache, slot, index, offset + headerLength);
    if (sink.sendRtp(offset, headerLength, payload, payloadLength + padding, index) === 0) return false;
    this.packets += 1;
    this.octets += payloadLength;
    return true;
  }

  /** Not yet cut to 32 bits. */
  protected viewerTimestamp(timestamp: number, index: number): number {
    return index < this.presentIndex ? this.shown(timestamp, index) : timestamp + this.timestampDelta;
  }

  /**
   * The same of a packet of the past. It must be the same however often the packet goes: one packet
   * index may seal one packet only (RFC 3711 section 9.1). So where the past ends is settled by a packet beyond all that
   * went before.
   */
  private shown(timestamp: number, index: number): number {
    const { past } = this;
    if (!past) return timestamp + this.timestampDelta;
    if (index > this.lastIndex && !past.covers(timestamp)) this.presentIndex = index;
    return past.shown(timestamp) + this.timestampDelta;
  }
}

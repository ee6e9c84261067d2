import { pipeSsrc } from '../../rtp/index.js';
import type { PacketSink } from '../packet-sink.js';
import type { UpTrack } from '../up-track.js';
import { pipedPayloadType, pipedRedPayloadType } from './piped-description.js';

/** Between two turns of sending the past, ms. */
const pastInterval = 2;
/** Packets a turn at most: what a socket buffer of ordinary size takes. */
const pastBurst = 64;

/**
 * One up track on its way through a pipe: its packets as the publisher made them, header extensions and all, but for
 * payload type and SSRC. Numbers and timestamps are the publisher's, so what is missing stays missing, and what comes late
 * fills its place.
 */
export class PipedTrack {
  packets = 0;
  /** Payload bytes. */
  octets = 0;
  repeated = 0;
  /** Whether the far side has been told the track's clock. */
  reported = false;
  /** Of the past: the next to send; `Infinity` when there is none left. */
  private next = Number.POSITIVE_INFINITY;
  private epoch: number;

  /** @param place of its description among the publisher's */
  constructor(
    readonly up: UpTrack,
    private readonly place: number,
    private readonly tag: number,
    private readonly sink: PacketSink,
  ) {
    this.epoch = up.epoch;
  }

  get ssrc(): number {
    return pipeSsrc(this.tag, this.up.index, this.up.epoch);
  }

  /**
   * Begins with the newest key frame, if there is one to begin with: then the far side has it for its viewers.
   * @returns whether it does; `sendPast` then sends it
   */
  startInPast(now: number): boolean {
    const { up } = this;
    if (!up.isVideo || !up.hasStart(now)) return false;
    this.next = up.group.first;
    return true;
  }

  /**
   * Sends what has passed, at once but for the size of socket buffers. Never in the middle of a turn of the loop: packets
   * that lie in the cache already and are still to be forwarded would go twice.
   * @returns when to go on, ms; `Infinity` when all is sent
   */
  sendPast(now: number): number {
    const { up } = this;
    if (this.epoch !== up.epoch) this.endPast();
    for (let sent = 0; this.next <= up.last; this.next += 1) {
      const slot = up.cache.find(this.next);
      if (slot < 0) continue;
      if (sent === pastBurst || !this.send(slot)) return now + pastInterval;
      sent += 1;
    }
    this.endPast();
    return Number.POSITIVE_INFINITY;
  }

  /** Sends the packet in this slot of the up track's cache, unless `sendPast` will come to it. */
  forward(slot: number): void {
    if (this.epoch !== this.up.epoch) this.endPast();
    const sequence = this.up.cache.sequence(slot);
    if (this.next === Number.POSITIVE_INFINITY || sequence < this.next) this.send(slot);
  }

  /** @param sequenceNumber 16 bit */
  resend(sequenceNumber: number): void {
    const { cache, last } = this.up;
    const slot = cache.find(last - ((last - sequenceNumber) & 0xffff));
    if (slot >= 0 && this.send(slot)) this.repeated += 1;
  }

  private endPast(): void {
    this.next = Number.POSITIVE_INFINITY;
    if (this.epoch === this.up.epoch) return;
    this.epoch = this.up.epoch;
    this.reported = false;
  }

  /** @returns whether there was room for it */
  private send(slot: number): boolean {
    const { sink } = this;
    const { cache } = this.up;
    const start = cache.offsetOf(slot);
    const payload = cache.payloadOffset(slot);
    const payloadLength = cache.payloadLength(slot);
    const offset = sink.begin(payload - start + payloadLength);
    if (offset < 0) return false;
    const { u8, view } = sink.memory;
    u8.copyWithin(offset, start, payload);
    // The padding is left behind, and so is the bit that announces it.
    u8[offset] = (u8[offset] as number) & 0xdf;
    const wrapped = cache.primaries?.wrapped[slot] === 1;
    const payloadType = wrapped ? pipedRedPayloadType(this.place) : pipedPayloadType(this.place);
    u8[offset + 1] = ((u8[offset + 1] as number) & 0x80) | payloadType;
    view.setUint32(offset + 8, this.ssrc);
    const index = cache.sequence(slot);
    if (sink.sendRtp(offset, payload - start, payload, payloadLength, index) === 0) return false;
    this.packets += 1;
    this.octets += payloadLength;
    return true;
  }
}

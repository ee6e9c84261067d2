import { SequenceUnwrapper } from '../../../../src/rtp/index.js';
import { ordinalOf, parsed } from './packets.js';
import type { TrackSource } from './track-source.js';

/** Age at which the receiver gives a packet up, ms. */
const patience = 3000;
const tolerance = 10;

interface Missing {
  readonly since: number;
  askedAt: number;
}

export interface Comparison {
  readonly received: number;
  /** Packets between the first and the last that never came. */
  readonly unrecovered: number;
  /** Packets whose number, timestamp, marker or payload is not what the publisher made. */
  readonly wrong: number;
}

/** What a receiver has of one SSRC, and what it misses. */
export class ReceivedTrack {
  /** By unwrapped sequence number. */
  readonly packets = new Map<number, Uint8Array>();
  duplicates = 0;
  /** Packets given up on. */
  lost = 0;
  first = -1;
  highest = -1;
  lastSenderReport = 0;
  senderReportAt = 0;
  /** Of the last sender report: its NTP time in s, and its RTP timestamp. */
  clock: { ntp: number; rtp: number } | null = null;
  private readonly missing = new Map<number, Missing>();
  private readonly unwrapper = new SequenceUnwrapper();

  constructor(readonly ssrc: number) {}

  receive(bytes: Uint8Array, sequenceNumber: number, now: number): void {
    const index = this.unwrapper.unwrap(sequenceNumber);
    if (this.first < 0) this.first = index;
    // A receiver that begins in the middle wants nothing from before.
    if (index < this.first) return;
    if (this.packets.has(index)) {
      this.duplicates += 1;
      return;
    }
    this.packets.set(index, bytes);
    this.missing.delete(index);
    for (let lost = Math.max(this.highest, this.first) + 1; lost < index; lost += 1)
      this.missing.set(lost, { since: now, askedAt: Number.NEGATIVE_INFINITY });
    this.highest = Math.max(this.highest, index);
  }

  /** The 16-bit numbers to ask for now; gives up what is too old. */
  toAsk(now: number, retryInterval: number): Uint16Array {
    const asked: number[] = [];
    for (const [index, entry] of this.missing) {
      if (now - entry.since > patience) {
        this.missing.delete(index);
        this.lost += 1;
      } else if (now - entry.since >= tolerance && now - entry.askedAt >= retryInterval) {
        entry.askedAt = now;
        asked.push(index);
      }
    }
    return Uint16Array.from(asked.sort((a, b) => a - b));
  }

  /** Holds what arrived against what was sent, packet by packet from the first on. */
  compare(source: TrackSource): Comparison {
    const firstBytes = this.packets.get(this.first);
    if (!firstBytes) return { received: 0, unrecovered: 0, wrong: 0 };
    const firstOrdinal = ordinalOf(firstBytes);
    const original = (ordinal: number) => parsed(source.packets[ordinal]?.bytes as Uint8Array);
    const shift = parsed(firstBytes).timestamp - original(firstOrdinal).timestamp;
    let wrong = 0;
    for (const [index, bytes] of this.packets) {
      const ordinal = firstOrdinal + index - this.first;
      const payload = source.payloadOf(ordinal);
      const packet = parsed(bytes);
      const same =
        payload !== undefined &&
        packet.timestamp === (original(ordinal).timestamp + shift) >>> 0 &&
        packet.marker === original(ordinal).marker &&
        Buffer.compare(bytes.subarray(packet.payloadOffset), payload) === 0;
      if (!same) wrong += 1;
    }
    const received = this.packets.size;
    return { received, unrecovered: this.highest - this.first + 1 - received, wrong };
  }
}

import { SequenceUnwrapper } from '../../../../src/rtp/index.js';
import { ordinalOf, parsed } from './packets.js';
import type { TrackSource } from './track-source.js';

/** Age at which the receiver gives a packet up, ms. */
const patience = 3000;
const tolerance = 10;
/** In which a viewer gets from a past key frame to the present, ms. */
export const catchUpTime = 250;

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
  /** When each came, ms. */
  readonly arrivals = new Map<number, number>();
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
    this.arrivals.set(index, now);
    this.missing.delete(index);
    for (let lost = Math.max(this.highest, this.first) + 1; lost < index; lost += 1)
      this.missing.set(lost, { since: now, askedAt: Number.NEGATIVE_INFINITY });
    this.highest = Math.max(this.highest, index);
  }

  /** When the last packet of the first frame had come, ms; `Infinity` while one is missing. */
  get firstFrameAt(): number {
    let at = 0;
    for (let index = this.first; ; index += 1) {
      const bytes = this.packets.get(index);
      if (!bytes) return Number.POSITIVE_INFINITY;
      at = Math.max(at, this.arrivals.get(index) as number);
      if (parsed(bytes).marker) return at;
    }
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

  /**
   * Holds what arrived against what was sent, packet by packet from the first on. Timestamps must differ from the
   * publisher's by the same everywhere, but for the quarter of a second in which a viewer may catch up: there the past
   * is shown later than it was, by less and less, frame by frame.
   */
  compare(source: TrackSource): Comparison {
    const firstBytes = this.packets.get(this.first);
    if (!firstBytes) return { received: 0, unrecovered: 0, wrong: 0 };
    const firstOrdinal = ordinalOf(firstBytes);
    const original = (index: number) =>
      parsed(source.packets[firstOrdinal + index - this.first]?.bytes as Uint8Array);
    const shownAt = (index: number) => parsed(this.packets.get(index) as Uint8Array).timestamp;
    const shift = shownAt(this.highest) - original(this.highest).timestamp;
    const past = (source.options.clockRate / 1000) * catchUpTime;
    let wrong = 0;
    let before = this.first;
    let lagBefore = Number.POSITIVE_INFINITY;
    for (let index = this.first; index <= this.highest; index += 1) {
      const bytes = this.packets.get(index);
      if (!bytes) continue;
      const packet = parsed(bytes);
      const made = original(index);
      const lag = (packet.timestamp - made.timestamp - shift) | 0;
      const inPast = ((packet.timestamp - shownAt(this.first)) | 0) < past;
      const step = (packet.timestamp - shownAt(before)) | 0;
      const ordered =
        made.timestamp === original(before).timestamp ? step === 0 : step > 0 && lag <= lagBefore;
      const same =
        (inPast ? lag >= 0 && ordered : lag === 0) &&
        packet.marker === made.marker &&
        Buffer.compare(
          bytes.subarray(packet.payloadOffset, packet.payloadOffset + packet.payloadLength),
          source.payloadOf(firstOrdinal + index - this.first) as Uint8Array,
        ) === 0;
      if (!same) wrong += 1;
      before = index;
      lagBefore = lag;
    }
    const received = this.packets.size;
    return { received, unrecovered: this.highest - this.first + 1 - received, wrong };
  }
}

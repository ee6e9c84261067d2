import { videoOrientationUri } from '../../kit/index.js';
import { type Depacketizer, depacketizer } from '../../rtp/index.js';
import type { PacketCache } from '../packet-cache.js';
import type { UpTrack } from '../up-track.js';
import { FramePacer } from './frame-pacer.js';
import type { FrameListener, Rotation } from './media-frame.js';
import type { StreamClock } from './stream-clock.js';

/** How long what is missing is waited for, ms. */
export const lossPatience = 400;
/** How long the publisher's clock is waited for at the start, ms; a pipe tells it right behind the first packet. */
export const clockPatience = 300;
/** Age of a key frame that is begun with, ms. */
const maxKeyAge = 3000;
/** How far before what was given already another encoding's key frame may lie, ms: they are sent one after the other. */
const overlap = 50;
const rotations = [0, 90, 180, 270] as const;

/** Puts one up track's packets together to frames, in order, waiting for what is missing as long as it may still come. */
export class FrameTrack {
  /** Packets that were given up. */
  lost = 0;
  /** Frames of which some packet was missing or could not be read. */
  broken = 0;
  private readonly pacer: FramePacer;
  private readonly parts: Depacketizer;
  private epoch: number;
  /** Extended sequence number of the newest packet that was there before this. */
  private before: number;
  /** Extended sequence number of the next packet to read; -1 before the first. */
  private next = -1;
  /** Since when it is missing, ms; `Infinity` while it is not. */
  private missingSince = Number.POSITIVE_INFINITY;
  private firstAt = Number.NaN;
  /** The RTP timestamp of the frame that is being put together, without wrapping; -1 before the first. */
  private timestamp = -1;
  private begun = false;
  private key = false;
  /** The frame that is being put together misses something. */
  private damaged = false;
  /** What came right before the next packet is missing: nobody knows to which frame it belonged. */
  private gap = false;
  private discontinuity = false;
  /** As last said: key frames say it, others where it changes. */
  private rotation: Rotation = 0;
  private stopped = false;

  /**
   * @param onKeyFrameNeeded without one nothing can be made of what comes
   * @param last time of a frame that went before, of another encoding, ms; NaN for none
   * @returns null for a codec that cannot be put together
   */
  static create(
    up: UpTrack,
    clock: StreamClock,
    listener: FrameListener,
    onKeyFrameNeeded: (now: number) => void,
    last: number,
  ): FrameTrack | null {
    const parts = depacketizer(up.description.codec.name);
    return parts === null ? null : new FrameTrack(up, parts, clock, listener, onKeyFrameNeeded, last);
  }

  private constructor(
    readonly up: UpTrack,
    parts: Depacketizer,
    private readonly clock: StreamClock,
    private readonly listener: FrameListener,
    private readonly onKeyFrameNeeded: (now: number) => void,
    last: number,
  ) {
    this.parts = parts;
    this.pacer = new FramePacer(up.description.codec.clockRate, last);
    this.epoch = up.epoch;
    this.before = up.last;
  }

  /** Of the last frame that was given, ms; NaN before the first. */
  get time(): number {
    return this.pacer.last;
  }

  /** Whether another encoding can go on from here: it has a key frame, not before what was given already. */
  isNext(up: UpTrack, now: number): boolean {
    const slot = keySlot(up, now);
    if (slot < 0) return false;
    return !(this.clock.timeOf(up, up.cache.timestamp(slot), now) < this.time - overlap);
  }

  /**
   * Reads as far as it can.
   * @returns when to come again although nothing comes, ms; `Infinity` when there is nothing to wait for
   */
  advance(now: number): number {
    const { up } = this;
    if (up.last < 0) return Number.POSITIVE_INFINITY;
    if (this.epoch !== up.epoch) this.restart();
    if (Number.isNaN(this.firstAt)) this.firstAt = now;
    const clockBy = this.firstAt + clockPatience;
    if (!this.clock.isExact(up) && now < clockBy) return clockBy;
    if (this.next < 0) this.begin(now);
    while (this.next <= up.last && !this.stopped) {
      const slot = up.cache.find(this.next);
      if (slot < 0 && !this.giveUp(now)) return this.missingSince + lossPatience;
      this.next += 1;
      if (slot >= 0) this.take(up.cache, slot, now);
    }
    return Number.POSITIVE_INFINITY;
  }

  /** Nothing is given any more. */
  stop(): void {
    this.stopped = true;
  }

  /** Begins with the newest key frame where that is at hand, a track of sound with the first packet that came. */
  private begin(now: number): void {
    const { up } = this;
    this.discontinuity = true;
    const slot = keySlot(up, now);
    if (slot >= 0) {
      this.next = up.group.first;
      return;
    }
    this.next = up.last;
    if (up.isVideo) {
      this.gap = true;
      this.onKeyFrameNeeded(now);
      return;
    }
    while (this.next - 1 > this.before && up.cache.find(this.next - 1) >= 0) this.next -= 1;
  }

  private restart(): void {
    this.epoch = this.up.epoch;
    this.before = -1;
    this.next = -1;
    this.missingSince = Number.POSITIVE_INFINITY;
    this.firstAt = Number.NaN;
    this.gap = false;
    this.rotation = 0;
    this.abandon();
  }

  /** @returns whether the next packet is given up, since it has been missing for too long or cannot come any more */
  private giveUp(now: number): boolean {
    const { up } = this;
    this.missingSince = Math.min(this.missingSince, now);
    const gone = up.last - this.next >= up.cache.capacity;
    if (!gone && now - this.missingSince < lossPatience) return false;
    this.lost += 1;
    this.discontinuity = true;
    // A packet of sound is whole by itself.
    if (up.isVideo && !this.gap) {
      this.gap = true;
      this.onKeyFrameNeeded(now);
    }
    return true;
  }

  private take(cache: PacketCache, slot: number, now: number): void {
    this.missingSince = Number.POSITIVE_INFINITY;
    const { primaries } = cache;
    const length = primaries ? (primaries.lengths[slot] as number) : cache.payloadLength(slot);
    const offset = primaries ? (primaries.offsets[slot] as number) : cache.payloadOffset(slot);
    // Browsers probe for bandwidth with packets of padding alone, which belong to no frame.
    if (length === 0) return;
    const timestamp = this.unwrap(cache.timestamp(slot));
    if (this.begun && timestamp !== this.timestamp) {
      // Whether its end is among what is missing, nobody knows.
      this.damaged ||= this.gap;
      this.finish(now);
    }
    if (!this.begun) {
      this.key = !this.up.isVideo;
      // So may be the beginning of this one, but for a key frame, which is known by its beginning.
      this.damaged = this.gap && !cache.startsKeyFrame(slot);
    }
    this.damaged ||= this.gap && this.begun;
    this.gap = false;
    this.begun = true;
    this.timestamp = timestamp;
    this.key ||= cache.startsKeyFrame(slot);
    this.noteRotation(cache, slot);
    if (!this.damaged && !this.parts.add(cache.memory, offset, length)) this.damaged = true;
    if (!this.up.isVideo || cache.hasMarker(slot)) this.finish(now);
  }

  private finish(now: number): void {
    const { timestamp, key, up } = this;
    const data = this.damaged ? null : this.parts.finish();
    const said = this.clock.timeOf(up, timestamp >>> 0, now);
    if (data === null) {
      this.broken += 1;
      this.discontinuity = true;
      this.abandon();
      return;
    }
    const { discontinuity, rotation } = this;
    this.begun = false;
    this.discontinuity = false;
    const time = this.pacer.next(timestamp, said);
    const frame = { kind: up.description.kind, key, time, timestamp, data, discontinuity };
    this.listener(rotation === 0 ? frame : { ...frame, rotation });
  }

  /** The two lowest bits of the element; what else is in it, no browser acts upon. */
  private noteRotation(cache: PacketCache, slot: number): void {
    const element = cache.elements?.all.find(({ uri }) => uri === videoOrientationUri);
    const at = element?.offsets[slot] ?? -1;
    if (at >= 0) this.rotation = rotations[(cache.memory.u8[at] as number) & 3] as Rotation;
  }

  /** Drops what has been put together. */
  private abandon(): void {
    this.parts.reset();
    this.begun = false;
    this.damaged = false;
  }

  private unwrap(timestamp: number): number {
    if (this.timestamp < 0) return 0x1_0000_0000 + timestamp;
    return this.timestamp + ((timestamp - this.timestamp) | 0);
  }
}

/** Where the newest key frame begins, if it is young enough to begin with; -1 for nowhere. */
function keySlot(up: UpTrack, now: number): number {
  return up.group.age(now) > maxKeyAge ? -1 : up.cache.find(up.group.first);
}

import type { DownTrackDescription } from '../description.js';
import { DownTrack } from '../down-track.js';
import type { PacketCache } from '../packet-cache.js';
import type { PacketSink } from '../packet-sink.js';
import type { UpTrack } from '../up-track.js';
import { FrameShift } from './frame-shift.js';
import { type Level, layerLadder } from './layer-ladder.js';
import { allLayers } from './layer-levels.js';
import { LayerSelector } from './layer-selector.js';
import type { LayerTable } from './layer-table.js';
import { type PacketFilter, packetFilter } from './packet-filter.js';
import { PastSegments } from './past-segments.js';
import { PictureNumbers } from './picture-numbers.js';
import {
  decideLate,
  emptied,
  indexOfLate,
  marked,
  plain,
  type Segment,
  slotOf,
  timestampIn,
} from './segment.js';
import { SwitchClock } from './switch-clock.js';
import { ThinnedNumbering } from './thinned-numbering.js';

/** Between two choices, ms. */
const choiceInterval = 250;

/**
 * A down track of a picture that comes in layers: as several encodings, as layers within one, or both. It changes to
 * another encoding with that one's next key frame and sends the old one until then; it leaves packets of higher layers out
 * and numbers the rest without a gap, and the pictures of VP8 and VP9 as those of one stream.
 *
 * A packet once sent is the same whenever it is sent again: what was decided about it is kept by its index.
 */
export class LayeredDownTrack extends DownTrack {
  private readonly selector = new LayerSelector();
  private readonly filter: PacketFilter;
  private readonly clock: SwitchClock;
  /** Null where payloads number no pictures. */
  private readonly pictures: PictureNumbers | null;
  /** Of AV1. */
  private readonly frameNumbers = new FrameShift();
  /** The encoding it is to be fed by. */
  private target: UpTrack;
  private targetLevel: Level | null = null;
  private readonly segments = new PastSegments();
  private numbering: ThinnedNumbering | null = null;
  private segmentStart = 0;
  /** Those of the packet being sent; null where it goes as it is. */
  private sendingBy: ThinnedNumbering | null = null;
  private sendingOf: Segment | null = null;
  private chooseAt = 0;

  /** Whether an up track's picture may come in layers. */
  static suits({ encodings, isVideo, description }: UpTrack): boolean {
    return isVideo && (encodings !== null || /^(VP[89]|AV1)$/.test(description.codec.name));
  }

  constructor(description: DownTrackDescription, up: UpTrack, sink: PacketSink, firstIndex: number) {
    super(description, up, sink, firstIndex);
    this.target = up;
    this.clock = new SwitchClock(description.codec.clockRate);
    this.filter = packetFilter(description);
    this.pictures = PictureNumbers.create(description.codec.name);
  }

  override get isLayered(): boolean {
    return true;
  }

  override get sources(): readonly number[] {
    return this.up.encodings?.indexes ?? super.sources;
  }

  override get keyFrameSource(): UpTrack | null {
    if (this.target !== this.up || this.needsKeyFrame) return this.target;
    return this.up.layers !== null && this.filter.needsKeyFrame ? this.up : null;
  }

  override choose(now: number, estimate: number): number {
    if (this.up.encodings === null && this.up.layers === null) return Number.POSITIVE_INFINITY;
    if (now < this.chooseAt) return this.chooseAt;
    this.chooseAt = now + choiceInterval;
    const { width, height } = this.description;
    const { topSpatialId } = this.filter;
    const ladder = layerLadder(this.up.encodings?.ups ?? [this.up], topSpatialId, width, height, now);
    if (ladder.length === 0) return this.chooseAt;
    const settled = this.keyFrameSource === null && !this.behind;
    const level = this.selector.select(ladder, estimate, settled, now);
    this.target = level.up;
    this.targetLevel = level;
    if (this.target === this.up) this.filter.aim(level.spatialId, level.temporalId);
    // Nothing is lost by it before the first packet.
    else if (this.packets === 0 && !this.live && !this.behind) this.changeTo(this.target, now);
    // Until the smaller encoding comes, at least less of this one.
    else if (level.rate < this.up.rates.upTo(allLayers, allLayers)) this.filter.aim(allLayers, 0);
    return this.chooseAt;
  }

  override onLoss(fraction: number, now: number): void {
    this.selector.onLoss(fraction, now);
  }

  override forward(slot: number, now: number, source: number): void {
    if (source !== this.up.index && !this.forwardOther(slot, now, source)) return;
    super.forward(slot, now, source);
  }

  override resend(sequenceNumber: number, now: number, roundTrip: number): void {
    const index = this.lastIndex - ((this.lastIndex - sequenceNumber) & 0xffff);
    const segment = index < this.segmentStart ? this.segments.at(index) : null;
    if (!segment) {
      this.sendingBy = this.numbering?.covers(index) ? this.numbering : null;
      super.resend(sequenceNumber, now, roundTrip);
      return;
    }
    this.nacked += 1;
    if (!this.description.feedback.nack) return;
    const slot = slotOf(segment, index);
    if (slot < 0 || !this.mayRepeat(index, segment.up.cache.payloadLength(slot), now, roundTrip)) return;
    if (this.sendOf(segment, slot, index, now, true)) this.retransmitted += 1;
  }

  override get frameShift(): number {
    return this.sendingOf?.frameShift ?? this.frameNumbers.value;
  }

  protected override begin(timestamp: number, sequence: number, now: number): void {
    super.begin(timestamp, sequence, now);
    this.frameNumbers.enter(this.up, sequence);
    this.segmentStart = this.lastIndex + 1;
    if (this.packets > 0) {
      const { lastTimestamp, timestampDelta, up } = this;
      const byArrival = timestamp + timestampDelta;
      // The base has counted from the last timestamp on, but wrapped.
      const elapsed = Math.max(1, (byArrival - lastTimestamp) | 0);
      const placed = this.clock.place(up.clock, timestamp, lastTimestamp + elapsed, lastTimestamp, now);
      this.timestampDelta = placed - timestamp;
    }
    if (this.targetLevel?.up === this.up)
      this.filter.aim(this.targetLevel.spatialId, this.targetLevel.temporalId);
    this.filter.enter();
    this.numbering = null;
  }

  protected override sequenceOf(index: number): number {
    const { numbering } = this;
    if (!numbering?.covers(index)) return super.sequenceOf(index);
    return numbering.noteOf(index) === 0 ? -1 : numbering.sequenceOf(index);
  }

  protected override pass(cache: PacketCache, slot: number, sequence: number, now: number): boolean {
    const { layers } = this.up;
    this.sendingBy = null;
    if (layers === null) return super.pass(cache, slot, sequence, now);
    // A key frame that comes late may be what tells of layers: what is numbered anew begins behind all that has gone.
    const isLate = sequence + this.indexDelta <= this.lastIndex;
    if (!this.numbering && isLate) return super.pass(cache, slot, sequence, now);
    this.numbering ??= this.startNumbering(layers, slot, sequence);
    const { numbering, filter, pictures } = this;
    if (sequence < numbering.first) return super.pass(cache, slot, sequence, now);
    const isNewer = sequence > numbering.last;
    const timestamp = cache.timestamp(slot);
    const takes = isNewer
      ? filter.admit(layers, slot, timestamp, cache.startsKeyFrame(slot))
      : filter.takes(layers, slot);
    if (isNewer && !takes) {
      numbering.leaveOut(sequence, pictures?.closing(layers, slot) ?? -1);
      return true;
    }
    const index = isNewer ? numbering.take(sequence) : numbering.indexOf(sequence);
    if (index < 0) return true;
    const ends = cache.hasMarker(slot) || filter.endsPicture(layers, slot);
    // One that comes late and is not for the viewer has a number already, which must not stay missing.
    numbering.setNote(index, takes ? (ends ? marked : plain) : emptied);
    this.sendingBy = numbering;
    if (isNewer) pictures?.note(layers, slot, index, numbering);
    return this.passAs(cache, slot, index, now);
  }

  override payloadLength(cache: PacketCache, slot: number, index: number): number {
    return this.sendingBy && this.sendingBy.noteOf(index) === emptied
      ? 0
      : super.payloadLength(cache, slot, index);
  }

  /** None where the payload may be a changed copy. */
  override padding(cache: PacketCache, slot: number, index: number): number {
    return this.sendingBy ? 0 : super.padding(cache, slot, index);
  }

  override hasMarker(cache: PacketCache, slot: number, index: number): boolean {
    return this.sendingBy ? this.sendingBy.noteOf(index) === marked : super.hasMarker(cache, slot, index);
  }

  protected override viewerTimestamp(timestamp: number, index: number): number {
    const segment = this.sendingOf;
    return segment ? timestampIn(segment, timestamp, index) : super.viewerTimestamp(timestamp, index);
  }

  override payloadOffset(cache: PacketCache, slot: number, index: number, room: number): number {
    const at = super.payloadOffset(cache, slot, index, room);
    const { sendingBy, pictures } = this;
    if (!sendingBy || !pictures || sendingBy.noteOf(index) === emptied) return at;
    const length = cache.payloadLength(slot);
    return pictures.rewrite(this.sink.memory, at, length, room, index, sendingBy);
  }

  /** @returns whether the viewer has changed to this source */
  private forwardOther(slot: number, now: number, source: number): boolean {
    const { target } = this;
    if (source === target.index && target.cache.startsKeyFrame(slot) && !this.behind) {
      this.changeTo(target, now);
      return true;
    }
    for (const segment of this.segments.all) {
      if (segment.up.index !== source) continue;
      const index = indexOfLate(segment, segment.up.cache.sequence(slot));
      if (index < 0) continue;
      decideLate(segment, slot, index);
      this.sendOf(segment, slot, index, now, false);
    }
    return false;
  }

  private changeTo(up: UpTrack, now: number): void {
    if (this.packets > 0 && this.lastIndex >= this.segmentStart) {
      this.clock.note(this.up.clock, this.timestampDelta, now);
      this.frameNumbers.leave(this.up);
      this.segments.add({
        up: this.up,
        epoch: this.epoch,
        firstSequence: this.firstSequence,
        firstIndex: this.segmentStart,
        lastIndex: this.lastIndex,
        indexDelta: this.indexDelta,
        timestampDelta: this.timestampDelta,
        frameShift: this.frameNumbers.value,
        past: this.past,
        presentIndex: this.presentIndex,
        numbering: this.numbering,
        takesAll: this.filter.takesAll,
      });
    }
    this.up = up;
    this.live = false;
  }

  private sendOf(segment: Segment, slot: number, index: number, now: number, again: boolean): boolean {
    this.sendingBy = segment.numbering?.covers(index) ? segment.numbering : null;
    this.sendingOf = segment;
    const { cache } = segment.up;
    const sent = again ? this.repeat(cache, slot, index, now) : this.send(cache, slot, index, now);
    this.sendingOf = null;
    return sent;
  }

  private startNumbering(layers: LayerTable, slot: number, sequence: number): ThinnedNumbering {
    const index = sequence + this.indexDelta;
    return this.pictures?.start(layers, slot, sequence, index) ?? new ThinnedNumbering(sequence, index);
  }
}

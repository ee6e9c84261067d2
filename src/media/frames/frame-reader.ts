import type { Timed } from '../../kit/index.js';
import type { Feed, FeedReader, PacketBatch } from '../feed.js';
import type { UpTrack } from '../up-track.js';
import { FrameTrack } from './frame-track.js';
import type { FrameListener } from './media-frame.js';
import { StreamClock } from './stream-clock.js';

/** One description of the publisher: which of its encodings is read, and which is to be. */
interface Place {
  track: FrameTrack;
  wanted: UpTrack;
}

/**
 * A reader of the feed that wants frames instead of packets: for whoever writes them down or makes something else of
 * them. Of several encodings of a picture it takes the largest that is sent, changing at key frames.
 */
export class FrameReader implements FeedReader, Timed {
  private readonly clock = new StreamClock();
  private readonly places: Place[] = [];
  private lostBefore = 0;
  private closed = false;

  /**
   * @param onKeyFrameNeeded an encoding can only begin, or go on, with a key frame that is to be asked for
   * @param onDue `onTime` has something to do, at `due` ms
   */
  constructor(
    private readonly feed: Feed,
    private readonly listener: FrameListener,
    private readonly onKeyFrameNeeded: (now: number, up: UpTrack) => void,
    private readonly onDue: (due: number) => void,
  ) {
    for (const up of feed.tracks) {
      if (up.encodings !== null && up.encodings.indexes[0] !== up.index) continue;
      const track = this.open(up);
      if (track) this.places.push({ track, wanted: up });
    }
  }

  /** Packets that never came. */
  get lost(): number {
    return this.places.reduce((sum, { track }) => sum + track.lost, this.lostBefore);
  }

  start(): void {
    this.feed.add(this);
  }

  read(_feed: Feed, _batch: PacketBatch, now: number): void {
    const due = this.onTime(now);
    if (due !== Number.POSITIVE_INFINITY) this.onDue(due);
  }

  onTime(now: number): number {
    let due = Number.POSITIVE_INFINITY;
    for (const place of this.places) {
      if (this.closed) return Number.POSITIVE_INFINITY;
      const { up } = place.track;
      const lead = up.encodings?.lead ?? up;
      if (lead !== up) this.change(place, lead, now);
      due = Math.min(due, place.track.advance(now));
    }
    return this.closed ? Number.POSITIVE_INFINITY : due;
  }

  /** Nothing is given any more, not even by a call that is under way. Idempotent. */
  close(): void {
    this.closed = true;
    this.feed.remove(this);
    for (const { track } of this.places) track.stop();
  }

  private open(up: UpTrack, last = Number.NaN): FrameTrack | null {
    return FrameTrack.create(up, this.clock, this.listener, (now) => this.onKeyFrameNeeded(now, up), last);
  }

  /** Goes over to another encoding as soon as that has a key frame that is not of the past. */
  private change(place: Place, lead: UpTrack, now: number): void {
    const { track, wanted } = place;
    if (track.isNext(lead, now)) {
      const next = this.open(lead, track.time);
      if (!next) return;
      this.lostBefore += track.lost;
      place.track = next;
      place.wanted = lead;
    } else if (wanted !== lead) {
      place.wanted = lead;
      this.onKeyFrameNeeded(now, lead);
    }
  }
}

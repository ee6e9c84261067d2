import type { Timed } from '../../kit/index.js';
import type { Feed, FeedReader, PacketBatch } from '../feed.js';
import type { UpTrack } from '../up-track.js';
import { FrameTrack } from './frame-track.js';
import type { FrameListener } from './media-frame.js';
import { StreamClock } from './stream-clock.js';

/**
 * A reader of the feed that wants frames instead of packets: for whoever writes them down or makes something else of
 * them. Of several encodings of a picture it takes the largest that is sent, changing at key frames.
 */
export class FrameReader implements FeedReader, Timed {
  private readonly clock = new StreamClock();
  /** By place of the description among the publisher's. */
  private readonly tracks: (FrameTrack | null)[];

  /**
   * @param onKeyFrameNeeded an encoding can only begin with a key frame that is to be asked for
   * @param onDue `onTime` has something to do, at `due` ms
   */
  constructor(
    private readonly feed: Feed,
    private readonly listener: FrameListener,
    private readonly onKeyFrameNeeded: (now: number, up: UpTrack) => void,
    private readonly onDue: (due: number) => void,
  ) {
    this.tracks = feed.tracks
      .filter(({ encodings, index }) => encodings === null || encodings.indexes[0] === index)
      .map((up) => this.open(up));
  }

  /** Packets that never came. */
  get lost(): number {
    return this.tracks.reduce((sum, track) => sum + (track?.lost ?? 0), 0);
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
    for (let place = 0; place < this.tracks.length; place += 1) {
      const track = this.tracks[place];
      if (!track) continue;
      const lead = track.up.encodings?.lead;
      const current = lead && lead !== track.up ? this.change(place, lead, now) : track;
      if (current) due = Math.min(due, current.advance(now));
    }
    return due;
  }

  close(): void {
    this.feed.remove(this);
  }

  private open(up: UpTrack): FrameTrack | null {
    return FrameTrack.create(up, this.clock, this.listener);
  }

  private change(place: number, lead: UpTrack, now: number): FrameTrack | null {
    this.onKeyFrameNeeded(now, lead);
    const track = this.open(lead);
    this.tracks[place] = track;
    return track;
  }
}

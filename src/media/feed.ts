import { levelSizes } from './level-sizes.js';
import type { UpTrack } from './up-track.js';

/** Packets of one turn of the loop, in order of arrival: parallel arrays of track index and cache slot. */
export interface PacketBatch {
  readonly tracks: number[];
  readonly slots: number[];
  count: number;
}

/** Everyone who reads a stream: viewer, recorder, pipe to another process. */
export interface FeedReader {
  /**
   * Takes a batch. The slots are valid only during the call.
   * @param now ms
   */
  read(feed: Feed, batch: PacketBatch, now: number): void;
}

/** Packets a batch holds at most; a turn of the loop that brings more is forwarded in pieces. */
const batchCapacity = 128;

/**
 * The one fan-out of a stream. Packets are gathered for as long as the loop reads, then given to each reader in one
 * batch: a reader's packets so lie next to each other in the send queue and leave by one system call, segmented by the
 * kernel.
 */
export class Feed {
  private readonly readers: FeedReader[] = [];
  private readonly batch: PacketBatch = {
    tracks: new Array<number>(batchCapacity).fill(0),
    slots: new Array<number>(batchCapacity).fill(0),
    count: 0,
  };
  /** When the first packet of the batch came, ms. */
  private since = 0;
  /** Whether the rest of a picture is still to come. */
  private partial = false;
  /** Place of the reader that is reading; -1 while none is. */
  private reading = -1;

  /**
   * @param tracks the publisher's tracks; a batch names them by index
   * @param onPending called when the first packet of a batch has come: the loop then calls `flush` when it has read all
   */
  constructor(
    readonly tracks: readonly UpTrack[],
    private readonly onPending: (feed: Feed) => void,
  ) {}

  get readerCount(): number {
    return this.readers.length;
  }

  add(reader: FeedReader): void {
    this.readers.push(reader);
  }

  /** Also while readers read: each of the others still gets the batch, once. */
  remove(reader: FeedReader): void {
    const index = this.readers.indexOf(reader);
    if (index < 0) return;
    this.readers.splice(index, 1);
    if (index <= this.reading) this.reading -= 1;
  }

  append(up: UpTrack, slot: number, now: number): void {
    const batch = this.batch;
    if (batch.count === batchCapacity) this.flush(now);
    if (batch.count === 0) {
      this.since = now;
      this.onPending(this);
    }
    if (up.isVideo) this.partial = !up.cache.hasMarker(slot);
    batch.tracks[batch.count] = up.index;
    batch.slots[batch.count] = slot;
    batch.count += 1;
  }

  /** Until when waiting may bring the rest of a picture, given how long to wait for it; in the past where it may not. */
  wholeBy(patience: number): number {
    return this.partial ? this.since + patience : Number.NEGATIVE_INFINITY;
  }

  flush(now: number): void {
    if (this.batch.count === 0) return;
    levelSizes(this.tracks, this.batch);
    for (this.reading = 0; this.reading < this.readers.length; this.reading += 1) {
      (this.readers[this.reading] as FeedReader).read(this, this.batch, now);
    }
    this.reading = -1;
    this.discard();
  }

  /** Drops what is gathered: the caches it lies in are about to go. */
  discard(): void {
    this.batch.count = 0;
    this.partial = false;
  }
}

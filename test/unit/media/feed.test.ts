import { describe, expect, it } from 'vitest';
import { Feed, type FeedReader, type PacketBatch } from '../../../src/media/index.js';
import type { UpTrack } from '../../../src/media/up-track.js';

/** As much of a track as a feed asks for. */
const [first, second] = [0, 1].map((index) => ({ index, isVideo: false })) as [UpTrack, UpTrack];

/** Notes the packets it reads as `track:slot`. */
class Notes implements FeedReader {
  readonly batches: string[][] = [];

  constructor(private readonly during: () => void = () => {}) {}

  read(_feed: Feed, batch: PacketBatch, _now: number): void {
    const packets: string[] = [];
    for (let index = 0; index < batch.count; index += 1)
      packets.push(`${batch.tracks[index]}:${batch.slots[index]}`);
    this.batches.push(packets);
    this.during();
  }
}

function setUp() {
  const pending: Feed[] = [];
  const feed = new Feed([], (which) => pending.push(which));
  return { feed, pending };
}

describe('Feed', () => {
  it('gives every reader the packets of a turn in one batch, in order', () => {
    const { feed, pending } = setUp();
    const readers = [new Notes(), new Notes()];
    for (const reader of readers) feed.add(reader);
    feed.append(first, 5, 1);
    feed.append(second, 300, 1);
    feed.append(first, 6, 1);
    expect(pending).toEqual([feed]);
    feed.flush(1);
    for (const reader of readers) expect(reader.batches).toEqual([['0:5', '1:300', '0:6']]);
  });

  it('announces each batch once, and none that is empty', () => {
    const { feed, pending } = setUp();
    const reader = new Notes();
    feed.add(reader);
    feed.flush(0);
    expect(reader.batches).toEqual([]);
    feed.append(first, 1, 0);
    feed.flush(0);
    feed.flush(0);
    feed.append(first, 2, 0);
    expect(pending).toHaveLength(2);
    feed.flush(0);
    expect(reader.batches).toEqual([['0:1'], ['0:2']]);
  });

  it('forwards in pieces what is more than one batch', () => {
    const { feed } = setUp();
    const reader = new Notes();
    feed.add(reader);
    for (let slot = 0; slot < 300; slot += 1) feed.append(first, slot, 0);
    feed.flush(0);
    expect(reader.batches.map(({ length }) => length)).toEqual([128, 128, 44]);
    expect(reader.batches.flat()).toEqual(Array.from({ length: 300 }, (_, slot) => `0:${slot}`));
  });

  it('needs no reader', () => {
    const { feed } = setUp();
    for (let slot = 0; slot < 300; slot += 1) feed.append(first, slot, 0);
    feed.flush(0);
    expect(feed.readerCount).toBe(0);
  });

  it('forgets a reader that is removed, and minds neither a second time nor a stranger', () => {
    const { feed } = setUp();
    const [gone, stays] = [new Notes(), new Notes()];
    feed.add(gone);
    feed.add(stays);
    feed.remove(gone);
    feed.remove(gone);
    feed.remove(new Notes());
    expect(feed.readerCount).toBe(1);
    feed.append(first, 1, 0);
    feed.flush(0);
    expect(gone.batches).toEqual([]);
    expect(stays.batches).toEqual([['0:1']]);
  });

  it.each([
    ['itself', [1]],
    ['one before it', [0]],
    ['one after it', [3]],
    ['everyone', [0, 1, 2, 3]],
  ])('gives a batch to all that stay, once, when a reader removes %s', (_, leaving) => {
    const { feed } = setUp();
    const readers: Notes[] = [0, 1, 2, 3].map(
      (place) =>
        new Notes(() => {
          if (place === 1) for (const left of leaving) feed.remove(readers[left] as Notes);
        }),
    );
    for (const reader of readers) feed.add(reader);
    feed.append(first, 7, 0);
    feed.flush(0);
    const reached = readers.map(({ batches }) => batches.length);
    expect(reached).toEqual([0, 1, 2, 3].map((place) => (place <= 1 || !leaving.includes(place) ? 1 : 0)));
    expect(feed.readerCount).toBe(4 - leaving.length);
  });

  it('takes a reader that joins while others read', () => {
    const { feed } = setUp();
    const late = new Notes();
    const early = new Notes(() => {
      if (feed.readerCount === 1) feed.add(late);
    });
    feed.add(early);
    feed.append(first, 1, 0);
    feed.flush(0);
    feed.append(first, 2, 0);
    feed.flush(0);
    expect(early.batches).toEqual([['0:1'], ['0:2']]);
    expect(late.batches.at(-1)).toEqual(['0:2']);
  });

  it('drops what is gathered when the stream ends', () => {
    const { feed } = setUp();
    const reader = new Notes();
    feed.add(reader);
    feed.append(first, 1, 0);
    feed.discard();
    feed.flush(0);
    expect(reader.batches).toEqual([]);
  });
});

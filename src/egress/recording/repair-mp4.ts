import {
  completeMp4,
  type FragmentTrack,
  headerSize,
  type Mp4Entry,
  mfra,
  readFragment,
  SeekIndex,
  type TrackTimes,
  trackIds,
  trackTimes,
} from '../../containers/index.js';
import { type OpenFile, readAt, writeAll } from './file-system.js';

const maxMoof = 16 << 20;

/**
 * Makes a file whole that was not finished: cuts off a torn fragment, then writes the index and the duration.
 * @returns what it has now; null if there is nothing in it
 * @throws (rejects) the system's error
 */
export async function repairMp4(file: OpenFile): Promise<{ size: number; duration: number } | null> {
  const size = await file.size();
  const header = await readAt(file, 0, headerSize);
  const times = trackTimes(header);
  const index = new SeekIndex<Mp4Entry>();
  let end = headerSize;
  let duration = 0;
  for (;;) {
    const fragment = await fragmentAt(file, end, size);
    if (fragment === null) break;
    duration = Math.max(duration, ...fragment.tracks.map((track) => endOf(track, times)));
    const traf = fragment.tracks.findIndex(({ id, key }) => id === trackIds.video && key !== null);
    const video = fragment.tracks[traf];
    if (video !== undefined && video.key !== null)
      index.add({ time: video.key.time, offset: end, traf: traf + 1, sample: video.key.sample });
    end = fragment.end;
  }
  if (times.size === 0 || end === headerSize) return null;
  const trailer = mfra(index.entries);
  const totals = { size: end + trailer.length, duration, trailer: end };
  await file.truncate(end);
  await writeAll(file, trailer, end);
  await writeAll(file, completeMp4(header, totals), 0);
  await file.datasync();
  return totals;
}

function endOf(track: FragmentTrack, times: ReadonlyMap<number, TrackTimes>): number {
  const { scale, begin } = times.get(track.id) ?? { scale: 1000, begin: 0 };
  return begin + (track.end * 1000) / scale;
}

/** The `moof` and `mdat` at a place; null when torn, or when there are no more. */
async function fragmentAt(
  file: OpenFile,
  at: number,
  size: number,
): Promise<{ readonly end: number; readonly tracks: readonly FragmentTrack[] } | null> {
  const moofHead = await boxHead(file, at);
  if (moofHead?.type !== 'moof' || moofHead.size > maxMoof) return null;
  const mdatHead = await boxHead(file, at + moofHead.size);
  if (mdatHead?.type !== 'mdat') return null;
  const end = at + moofHead.size + mdatHead.size;
  if (end > size) return null;
  const tracks = readFragment(await readAt(file, at, moofHead.size));
  return tracks === null ? null : { end, tracks };
}

async function boxHead(
  file: OpenFile,
  at: number,
): Promise<{ readonly size: number; readonly type: string } | null> {
  const bytes = await readAt(file, at, 8);
  if (bytes.length < 8) return null;
  const size = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
  return size < 8 ? null : { size, type: String.fromCharCode(...bytes.subarray(4)) };
}

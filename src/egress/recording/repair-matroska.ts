import {
  type ClusterSummary,
  type Cue,
  completeMatroska,
  cues,
  headAt,
  headerSize,
  matroskaId,
  readCluster,
  SeekIndex,
  segmentDataIn,
  trackNumbers,
} from '../../containers/index.js';
import { type OpenFile, readAt, writeAll } from './file-system.js';

const maxCluster = 128 << 20;
/** How long the last frame is taken to be, ms: blocks do not say. */
const lastFrame = 20;

/**
 * Makes a file whole that was not finished: cuts off a torn cluster, then writes the cues, the duration and the size.
 * @returns what it has now; null if there is nothing in it
 * @throws (rejects) the system's error
 */
export async function repairMatroska(file: OpenFile): Promise<{ size: number; duration: number } | null> {
  const size = await file.size();
  const header = await readAt(file, 0, headerSize);
  const data = segmentDataIn(header);
  if (data === null || header.length < headerSize) return null;
  const clusters = new SeekIndex<ClusterSummary & Cue>();
  let end = headerSize;
  let last = 0;
  let hasVideo = false;
  for (;;) {
    const cluster = await clusterAt(file, end, size);
    if (cluster === null) break;
    last = Math.max(last, cluster.last);
    hasVideo ||= cluster.hasVideo;
    if (cluster.key !== null || !cluster.hasVideo)
      clusters.add({ ...cluster, time: cluster.key ?? cluster.first, position: end - data });
    end = cluster.end;
  }
  if (end === headerSize) return null;
  const entries = hasVideo ? clusters.entries.filter(({ key }) => key !== null) : clusters.entries;
  const trailer = cues(entries, hasVideo ? trackNumbers.video : trackNumbers.audio);
  const totals = { size: end + trailer.length, duration: last + lastFrame, trailer: end };
  await file.truncate(end);
  await writeAll(file, trailer, end);
  await writeAll(file, completeMatroska(header, totals), 0);
  await file.datasync();
  return totals;
}

async function clusterAt(
  file: OpenFile,
  at: number,
  size: number,
): Promise<(ClusterSummary & { readonly end: number }) | null> {
  const head = headAt(await readAt(file, at, 12), 0);
  if (head === null || head.id !== matroskaId.Cluster || head.size === null || head.size > maxCluster)
    return null;
  const end = at + head.head + head.size;
  if (end > size) return null;
  const summary = readCluster(await readAt(file, at + head.head, head.size));
  return summary === null ? null : { ...summary, end };
}

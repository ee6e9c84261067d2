import { id } from '../../matroska-ids.js';
import { elementsIn } from './read-elements.js';
import { trackNumbers } from './tracks.js';

/** Times are ms. */
export interface ClusterSummary {
  readonly first: number;
  readonly last: number;
  readonly hasVideo: boolean;
  /** Of its first key frame. */
  readonly key: number | null;
}

/** Reads the contents of a cluster of ours; null if they are none. */
export function readCluster(bytes: Uint8Array): ClusterSummary | null {
  const [timestamp, ...blocks] = elementsIn(bytes);
  if (timestamp?.id !== id.Timestamp || timestamp.to - timestamp.from > 6 || blocks.length === 0) return null;
  let first = 0;
  for (const byte of bytes.subarray(timestamp.from, timestamp.to)) first = first * 256 + byte;
  let last = first;
  let hasVideo = false;
  let key: number | null = null;
  for (const block of blocks) {
    if (block.id !== id.SimpleBlock || block.to - block.from < 4) return null;
    const time = first + bytes[block.from + 1]! * 256 + bytes[block.from + 2]!;
    last = Math.max(last, time);
    if (bytes[block.from] !== (0x80 | trackNumbers.video)) continue;
    hasVideo = true;
    if (key === null && (bytes[block.from + 3]! & 0x80) !== 0) key = time;
  }
  return { first, last, hasVideo, key };
}

import { box, fullBox, u32, u64 } from './boxes.js';
import { trackIds } from './header.js';

/** Where a key frame is: at most one for each fragment. */
export interface Mp4Entry {
  /** in the track's timescale */
  readonly time: number;
  /** of its `moof`, bytes */
  readonly offset: number;
  /** Number of its track among those of the fragment, and of the frame in it; both begin with 1. */
  readonly traf: number;
  readonly sample: number;
}

/** ISO/IEC 14496-12 section 8.8.9 to 8.8.11; without video it is empty, since sound can be sought by its fragments. */
export function mfra(entries: readonly Mp4Entry[]): Uint8Array {
  if (entries.length === 0) return new Uint8Array(0);
  const rows = entries.flatMap(({ time, offset, traf, sample }) => [
    ...u64(time),
    ...u64(offset),
    ...u32(traf),
    ...u32(1),
    ...u32(sample),
  ]);
  // Four bytes each for the numbers of traf, trun and sample.
  const tfra = fullBox('tfra', 1, 0, u32(trackIds.video), u32(0x3f), u32(entries.length), rows);
  return box('mfra', tfra, fullBox('mfro', 0, 0, u32(8 + tfra.length + 16)));
}

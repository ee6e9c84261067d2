import { id } from '../../matroska-ids.js';
import { element, uint } from './wide-elements.js';

/** Where a key frame is: at most one for each cluster. */
export interface Cue {
  /** ms */
  readonly time: number;
  /** of its cluster, bytes from the beginning of the segment's contents */
  readonly position: number;
}

/** RFC 9559 section 5.1.5; nothing when there is nothing to seek to. */
export function cues(entries: readonly Cue[], track: number): Uint8Array {
  if (entries.length === 0) return new Uint8Array(0);
  const points = entries.map(({ time, position }) =>
    element(
      id.CuePoint,
      uint(id.CueTime, time, 6),
      element(id.CueTrackPositions, uint(id.CueTrack, track, 1), uint(id.CueClusterPosition, position, 8)),
    ),
  );
  return element(id.Cues, ...points);
}

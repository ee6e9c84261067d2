import type { CatchUp } from '../fast-start/catch-up.js';
import type { UpTrack } from '../up-track.js';
import type { ThinnedNumbering } from './thinned-numbering.js';

/**
 * What a viewer was sent of one encoding before it changed to another: enough to send it again, and to close its gaps with
 * what comes late.
 */
export interface Segment {
  readonly up: UpTrack;
  readonly epoch: number;
  readonly firstSequence: number;
  /** Indexes of its packets, both included. */
  readonly firstIndex: number;
  readonly lastIndex: number;
  readonly indexDelta: number;
  readonly timestampDelta: number;
  readonly frameShift: number;
  readonly past: CatchUp | null;
  readonly presentIndex: number;
  /** Null where nothing was left out or changed. */
  readonly numbering: ThinnedNumbering | null;
  /** No layer of it was being left out at its end. */
  readonly takesAll: boolean;
}

/** What a numbering notes of a packet that was sent: as it is, with a marker, or without its payload. */
export const plain = 1;
export const marked = 2;
export const emptied = 3;

/** The cache slot of the packet that went under this index; -1 when it did not, or is not there any more. */
export function slotOf({ up, epoch, indexDelta, numbering, firstSequence }: Segment, index: number): number {
  const numbered = numbering?.covers(index) ? numbering : null;
  if (numbered?.noteOf(index) === 0) return -1;
  const sequence = numbered ? numbered.sequenceOf(index) : index - indexDelta;
  return up.epoch === epoch && sequence >= firstSequence ? up.cache.find(sequence) : -1;
}

/** The index of a packet that comes late; -1 for one that is not of the segment. */
export function indexOfLate(segment: Segment, sequence: number): number {
  const { numbering, indexDelta, firstIndex, lastIndex } = segment;
  if (segment.up.epoch !== segment.epoch || sequence < segment.firstSequence) return -1;
  if (numbering && sequence > numbering.last) return -1;
  const numbered = numbering && sequence >= numbering.first;
  const index = numbered ? numbering.indexOf(sequence) : sequence + indexDelta;
  return index >= firstIndex && index <= lastIndex ? index : -1;
}

/** Decides how a packet goes that comes late: as it is where nothing else can be, else only to fill its number. */
export function decideLate({ up, numbering, takesAll }: Segment, slot: number, index: number): void {
  const { layers, cache } = up;
  if (!numbering?.covers(index) || numbering.noteOf(index) !== 0) return;
  const isBase = layers?.temporalIds[slot] === 0 && layers.spatialIds[slot] === 0;
  const takes = takesAll || isBase;
  numbering.setNote(index, takes ? (cache.hasMarker(slot) ? marked : plain) : emptied);
}

/** The viewer's timestamp of one of its packets, not cut to 32 bits. */
export function timestampIn(
  { past, presentIndex, timestampDelta }: Segment,
  timestamp: number,
  index: number,
) {
  return (past && index < presentIndex ? past.shown(timestamp) : timestamp) + timestampDelta;
}

import { concat, element, openElement, textElement, unsignedElement, variableSize } from './ebml.js';
import { id } from './matroska-ids.js';
import { type MatroskaTrack, trackEntry } from './matroska-tracks.js';

/** A tick is 0.1 ms, so that the times of sound do not jitter by rounding, and a cluster still reaches over 3 s. */
const TICKS_PER_MS = 10;
const TICK_NS = 100_000;
/** A block's time is 16 bits with a sign, relative to its cluster (RFC 9559 section 10.2). */
const FARTHEST = 0x7fff;
/** After so many ticks a key frame of the first track begins a cluster, since readers start at clusters. */
const CLUSTER_TICKS = 2000 * TICKS_PER_MS;

/**
 * Writes Matroska as it comes (RFC 9559; id.EBML: RFC 8794), to be read from a pipe: a Segment and Clusters of unknown
 * size, without an index; every frame a SimpleBlock. What a call returns can be written at once, and a reader has all
 * of the frame then.
 */
export class MatroskaWriter {
  readonly #tracks: readonly MatroskaTrack[];
  /** The time of the cluster that is open, in ticks; -1 before the first. */
  #cluster = -1;

  /** @param tracks one or two; their order gives the numbers that `block` takes */
  constructor(tracks: readonly MatroskaTrack[]) {
    this.#tracks = tracks;
  }

  /** What comes first: the id.EBML header, and of the Segment the Info and the Tracks. */
  header(): Uint8Array {
    return concat([
      element(
        id.EBML,
        unsignedElement(id.EBMLVersion, 1),
        unsignedElement(id.EBMLReadVersion, 1),
        unsignedElement(id.EBMLMaxIDLength, 4),
        unsignedElement(id.EBMLMaxSizeLength, 8),
        textElement(id.DocType, 'matroska'),
        unsignedElement(id.DocTypeVersion, 4),
        unsignedElement(id.DocTypeReadVersion, 2),
      ),
      openElement(id.Segment),
      element(
        id.Info,
        unsignedElement(id.TimestampScale, TICK_NS),
        textElement(id.MuxingApp, 'Sluice'),
        textElement(id.WritingApp, 'Sluice'),
      ),
      element(id.Tracks, ...this.#tracks.map((track, index) => trackEntry(index + 1, track))),
    ]);
  }

  /**
   * One frame. Times of different tracks may go back a little between calls.
   *
   * @param track its place among the tracks, from 0
   * @param timeMs from 0; fractions count, down to 0.1 ms
   * @param key a decoder can begin with it
   */
  block(track: number, timeMs: number, key: boolean, data: Uint8Array): Uint8Array {
    const time = Math.max(0, Math.round(timeMs * TICKS_PER_MS));
    const opening = this.#opensCluster(track, time, key);
    if (opening) this.#cluster = time;
    const relative = time - this.#cluster;
    return concat([
      ...(opening ? [openElement(id.Cluster), unsignedElement(id.Timestamp, time)] : []),
      [id.SimpleBlock, ...variableSize(4 + data.length)],
      [0x80 | (track + 1), (relative >> 8) & 0xff, relative & 0xff, key ? 0x80 : 0],
      data,
    ]);
  }

  #opensCluster(track: number, time: number, key: boolean): boolean {
    if (this.#cluster < 0) return true;
    const relative = time - this.#cluster;
    if (relative > FARTHEST || relative < -FARTHEST) return true;
    return track === 0 && key && relative >= CLUSTER_TICKS;
  }
}

import type { AudioTrack, VideoConfig, VideoTrack } from './recording-tracks.js';

/** One frame on its way into the file. */
export interface Sample {
  /** ms since the file's start */
  readonly time: number;
  /** ms */
  readonly duration: number;
  readonly key: boolean;
  readonly data: Uint8Array;
}

/** The tracks that the file has by now, and the samples of each since the last piece, in order of time. */
export interface Piece {
  readonly video: readonly Sample[];
  readonly audio: readonly Sample[];
}

/** The tracks as the header describes them; `begin`: the time of the first sample, ms since the file's start. */
export interface HeaderTracks {
  /** Known with its first key frame, perhaps long after the sound. */
  readonly video: { readonly track: VideoTrack; readonly config: VideoConfig; readonly begin: number } | null;
  readonly audio: { readonly track: AudioTrack; readonly begin: number } | null;
}

/** What is known when the file is finished. */
export interface FileTotals {
  /** of the whole file, bytes, the trailer included */
  readonly size: number;
  /** ms */
  readonly duration: number;
  /** Where the trailer begins; the file's size if there is none. */
  readonly trailer: number;
}

/**
 * Makes the bytes of a file, which is a header of fixed size, pieces that are readable by themselves, and a trailer.
 * The header is written anew, in its place, when a track becomes known and when the file is finished. No I/O.
 */
export interface Muxer {
  /** @throws RangeError if the header does not fit its size, which the bounds on its parts keep from happening */
  header(tracks: HeaderTracks): Uint8Array;
  /** The same header, with what is known at the end; players need it less than they like it. */
  complete(header: Uint8Array, totals: FileTotals): Uint8Array;
  /** @param offset where in the file it will stand */
  piece(piece: Piece, offset: number): Uint8Array[];
  /** The index by which players seek. */
  trailer(): Uint8Array;
}

/** Every header is this long, so that it can be written anew. */
export const headerSize = 4096;
/** A codec's description beyond this is not taken; an ordinary one has some 50 bytes. */
export const maxDescription = 1024;

import { ChunkBuffer } from './chunk-buffer.js';
import { id as known } from './matroska-ids.js';

/** A track as the header names it. */
export interface MatroskaTrackEntry {
  readonly number: number;
  /** `V_MPEG4/ISO/AVC`, `V_VP8`, `A_OPUS`, … */
  readonly codecId: string;
  /** What the decoder is set up with; empty without. */
  readonly codecPrivate: Uint8Array;
}

export interface MatroskaFrame {
  /** Of its track. */
  readonly track: number;
  readonly key: boolean;
  /** ms; may be negative. */
  readonly time: number;
  /** Its own memory. */
  readonly data: Uint8Array;
}

const blockGroup = 0xa0;
/** Elements that the reader goes into: what is in them is read as if it were not nested. */
const entered: ReadonlySet<number> = new Set([known.Segment, known.Info, known.Cluster, blockGroup]);
const block = 0xa1;
const referenceBlock = 0xfb;
/** Elements that are read whole. */
const read: ReadonlySet<number> = new Set([
  known.TimestampScale,
  known.Tracks,
  known.Timestamp,
  known.SimpleBlock,
  block,
  referenceBlock,
]);
const maxTracks = 16;
const msPerNs = 1e-6;
const laced = 0x06;
const keyFlag = 0x80;

/**
 * Reads Matroska that comes in chunks (RFC 9559), as ffmpeg writes it to a pipe: tracks, then blocks of one frame each.
 * Everything else in it is passed over.
 */
export class MatroskaReader {
  /** Empty before the header has come. */
  tracks: readonly MatroskaTrackEntry[] = [];
  readonly #buffer = new ChunkBuffer();
  readonly #largest: number;
  /** Bytes to come of an element that is passed over. */
  #skipping = 0;
  #started = false;
  /** ms a unit of its timestamps. */
  #scale = 1;
  #cluster = 0;
  /** The block of the group that is being read, which is a key frame if it refers to no other. */
  #pending: MatroskaFrame | null = null;

  /** @param largest bytes of a block, or of the header of all tracks, that are allowed */
  constructor(largest: number) {
    this.#largest = largest;
  }

  /** @returns the frames that are whole now; null when the bytes are no such Matroska, which is for good */
  push(chunk: Uint8Array): MatroskaFrame[] | null {
    const passed = Math.min(this.#skipping, chunk.length);
    this.#skipping -= passed;
    this.#buffer.append(chunk.subarray(passed));
    const frames: MatroskaFrame[] = [];
    while (this.#skipping === 0 && this.#buffer.length > 0) {
      const step = this.#element(frames);
      if (step === null) return null;
      if (!step) break;
    }
    return frames;
  }

  /** The last frame, which waited for what might follow about it. */
  end(): MatroskaFrame[] {
    const frames: MatroskaFrame[] = [];
    this.#finishGroup(frames);
    return frames;
  }

  /** @returns false when the next element is not there yet, null when it is none */
  #element(frames: MatroskaFrame[]): boolean | null {
    const buffer = this.#buffer;
    const { bytes, start, end } = buffer;
    const idLength = lengthOf(bytes[start] as number);
    if (idLength > 4) return null;
    if (start + idLength >= end) return false;
    const sizeLength = lengthOf(bytes[start + idLength] as number);
    if (sizeLength > 8) return null;
    const body = start + idLength + sizeLength;
    if (body > end) return false;
    const id = number(bytes, start, idLength);
    const size = sizeOf(bytes, start + idLength, sizeLength);
    if (!this.#started && id !== known.EBML) return null;
    this.#started = true;
    if (id !== referenceBlock) this.#finishGroup(frames);
    if (entered.has(id)) {
      buffer.skip(body - start);
      return true;
    }
    if (size === null) return null;
    if (!read.has(id)) {
      const there = Math.min(size, end - body);
      this.#skipping = size - there;
      buffer.skip(body - start + there);
      return true;
    }
    if (size > this.#largest) return null;
    if (body + size > end) return false;
    if (!this.#take(id, bytes.subarray(body, body + size), frames)) return null;
    buffer.skip(body - start + size);
    return true;
  }

  #take(id: number, body: Uint8Array, frames: MatroskaFrame[]): boolean {
    switch (id) {
      case known.TimestampScale:
        this.#scale = number(body, 0, body.length) * msPerNs;
        return this.#scale > 0;
      case known.Timestamp:
        this.#cluster = number(body, 0, body.length);
        return this.#cluster <= Number.MAX_SAFE_INTEGER;
      case known.Tracks: {
        const tracks = readTracks(body);
        if (tracks) this.tracks = tracks;
        return tracks !== null;
      }
      case referenceBlock:
        if (this.#pending) this.#pending = { ...this.#pending, key: false };
        return true;
      default:
        return this.#block(id, body, frames);
    }
  }

  /** RFC 9559 section 10.1. */
  #block(id: number, body: Uint8Array, frames: MatroskaFrame[]): boolean {
    const numberLength = lengthOf(body[0] ?? 0);
    const head = numberLength + 3;
    if (numberLength > 8 || body.length <= head) return false;
    const track = sizeOf(body, 0, numberLength) ?? -1;
    const relative = (((body[numberLength] as number) << 24) >> 16) | (body[numberLength + 1] as number);
    const flags = body[numberLength + 2] as number;
    if ((flags & laced) !== 0) return false;
    const frame = {
      track,
      key: id === block || (flags & keyFlag) !== 0,
      time: (this.#cluster + relative) * this.#scale,
      data: body.slice(head),
    };
    if (id === block) this.#pending = frame;
    else frames.push(frame);
    return true;
  }

  #finishGroup(frames: MatroskaFrame[]): void {
    if (this.#pending) frames.push(this.#pending);
    this.#pending = null;
  }
}

function readTracks(body: Uint8Array): MatroskaTrackEntry[] | null {
  const tracks: MatroskaTrackEntry[] = [];
  const whole = children(body, (id, entry) => {
    if (id !== known.TrackEntry || tracks.length === maxTracks) return true;
    let track: MatroskaTrackEntry = { number: 0, codecId: '', codecPrivate: new Uint8Array(0) };
    const read = children(entry, (child, value) => {
      if (child === known.TrackNumber) track = { ...track, number: number(value, 0, value.length) };
      else if (child === known.CodecID) track = { ...track, codecId: Buffer.from(value).toString('latin1') };
      else if (child === known.CodecPrivate) track = { ...track, codecPrivate: value.slice() };
      return true;
    });
    tracks.push(track);
    return read;
  });
  return whole ? tracks : null;
}

/** @returns whether the elements fill the bytes, and each was taken */
function children(bytes: Uint8Array, take: (id: number, body: Uint8Array) => boolean): boolean {
  let at = 0;
  while (at < bytes.length) {
    const idLength = lengthOf(bytes[at] as number);
    const sizeLength = lengthOf(bytes[at + idLength] ?? 0);
    const start = at + idLength + sizeLength;
    if (idLength > 4 || sizeLength > 8 || start > bytes.length) return false;
    const size = sizeOf(bytes, at + idLength, sizeLength);
    if (size === null || start + size > bytes.length) return false;
    if (!take(number(bytes, at, idLength), bytes.subarray(start, start + size))) return false;
    at = start + size;
  }
  return true;
}

/** Bytes of an id or size that begins so (RFC 8794 section 4); 9 for what begins none. */
function lengthOf(first: number): number {
  return Math.clz32(first) - 23;
}

/** The unsigned number that bytes are. */
function number(bytes: Uint8Array, at: number, length: number): number {
  let value = 0;
  for (let index = 0; index < length; index++) value = value * 256 + (bytes[at + index] as number);
  return value;
}

/** @returns null for an unknown size, all ones; infinite for one beyond all bounds */
function sizeOf(bytes: Uint8Array, at: number, length: number): number | null {
  let value = (bytes[at] as number) & (0xff >> length);
  let ones = value === 0xff >> length;
  for (let index = 1; index < length; index++) {
    const byte = bytes[at + index] as number;
    ones &&= byte === 0xff;
    value = value * 256 + byte;
  }
  if (ones) return null;
  return value <= Number.MAX_SAFE_INTEGER ? value : Number.POSITIVE_INFINITY;
}

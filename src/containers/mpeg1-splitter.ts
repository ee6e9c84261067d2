import { ChunkBuffer } from './chunk-buffer.js';

export interface Mpeg1Picture {
  readonly type: 'I' | 'P' | 'B' | 'D';
  /** A decoder can begin with it: an I picture with a sequence header in front. */
  readonly key: boolean;
  /** The picture with its slices, and what headers of sequence and group stand in front of it. */
  readonly data: Uint8Array;
}

/** Start codes (ISO/IEC 11172-2 table 1); those of slices lie between. */
const PICTURE = 0x00;
const FIRST_SLICE = 0x01;
const LAST_SLICE = 0xaf;
const SEQUENCE = 0xb3;
const SEQUENCE_END = 0xb7;
const GROUP = 0xb8;
const START_CODE = 4;
const TYPES = [undefined, 'I', 'P', 'B', 'D'] as const;

/**
 * Splits an MPEG-1 video elementary stream (ISO/IEC 11172-2 section 2.4.2) that comes in chunks into its pictures. The
 * stream has no lengths: a picture is known to be whole when the next begins.
 */
export class Mpeg1Splitter {
  readonly #buffer = new ChunkBuffer();
  readonly #largestPicture: number;
  /** What waits begins with a picture or with headers in front of one. */
  #begun = false;
  #hasSequence = false;
  /** Offset of the picture's start code in what waits, -1 when it has not come. */
  #picture = -1;
  /** How much of what waits has no start code that is not known. */
  #searched = 0;

  /** @param largestPicture bytes of a picture and its headers that are allowed */
  constructor(largestPicture: number) {
    this.#largestPicture = largestPicture;
  }

  /**
   * Takes what came. The data of the pictures is their own.
   *
   * @returns the pictures that are whole now; null when the bytes are no such stream: everything so far is forgotten
   *   then, and it goes on at the next header
   */
  push(chunk: Uint8Array): Mpeg1Picture[] | null {
    this.#buffer.append(chunk);
    const pictures: Mpeg1Picture[] = [];
    if (this.#split(pictures) && this.#buffer.length <= this.#largestPicture) return pictures;
    this.#forget(this.#buffer.length);
    return null;
  }

  /** Ends the stream. @returns its last picture; null when there is none */
  end(): Mpeg1Picture | null {
    const picture = this.#finish(this.#buffer.length);
    this.#forget(this.#buffer.length);
    return picture;
  }

  #split(pictures: Mpeg1Picture[]): boolean {
    for (let at = this.#nextStartCode(); at >= 0; at = this.#nextStartCode()) {
      const code = this.#buffer.bytes[this.#buffer.start + at + 3]!;
      this.#searched = at + START_CODE;
      if (code >= FIRST_SLICE && code <= LAST_SLICE) {
        if (this.#begun && this.#picture < 0) return false;
      } else if (code === PICTURE || code === SEQUENCE || code === GROUP || code === SEQUENCE_END) {
        if (!this.#begin(at, code, pictures)) return false;
      }
    }
    if (!this.#begun) this.#forget(this.#searched);
    return true;
  }

  /** @returns false when the picture before was none */
  #begin(at: number, code: number, pictures: Mpeg1Picture[]): boolean {
    let start = at;
    if (this.#picture >= 0) {
      const picture = this.#finish(at);
      if (!picture || picture.data.length > this.#largestPicture) return false;
      pictures.push(picture);
    }
    if (this.#picture >= 0 || !this.#begun || code === SEQUENCE_END) {
      this.#forget(code === SEQUENCE_END ? at + START_CODE : at);
      start = 0;
    }
    if (code === SEQUENCE_END) return true;
    this.#begun = true;
    this.#searched = start + START_CODE;
    if (code === SEQUENCE) this.#hasSequence = true;
    if (code === PICTURE) this.#picture = start;
    return true;
  }

  /** The picture that waits, up to an offset; null when there is none, or its header is wrong. */
  #finish(end: number): Mpeg1Picture | null {
    const { bytes, start } = this.#buffer;
    // After the start code: ten bits of temporal reference, three of the type (2.4.2.5).
    if (this.#picture < 0 || this.#picture + START_CODE + 2 > end) return null;
    const type = TYPES[(bytes[start + this.#picture + START_CODE + 1]! >> 3) & 7];
    if (!type) return null;
    return { type, key: type === 'I' && this.#hasSequence, data: bytes.slice(start, start + end) };
  }

  /** @returns the offset of the next start code that is whole, -1 when there is none */
  #nextStartCode(): number {
    const { bytes, start, end } = this.#buffer;
    const waiting = bytes.subarray(0, end);
    let at = start + this.#searched + 2;
    while (at + 1 < end) {
      const one = waiting.indexOf(1, at);
      if (one < 0 || one + 1 >= end) break;
      if (bytes[one - 1] === 0 && bytes[one - 2] === 0) return one - 2 - start;
      at = one + 1;
    }
    // The last three bytes may be the beginning of one.
    this.#searched = Math.max(this.#searched, end - start - 3);
    return -1;
  }

  #forget(count: number): void {
    this.#buffer.skip(count);
    this.#begun = false;
    this.#hasSequence = false;
    this.#picture = -1;
    this.#searched = 0;
  }
}

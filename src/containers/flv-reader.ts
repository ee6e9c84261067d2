import { ChunkBuffer } from './chunk-buffer.js';

/** A tag with H.264 or AAC in it. */
export interface FlvTag {
  readonly kind: 'audio' | 'video';
  /** `data` is the decoder's configuration: AVCDecoderConfigurationRecord or AudioSpecificConfig. */
  readonly config: boolean;
  /** A decoder can begin with it; always true for sound. */
  readonly key: boolean;
  /** Decoding time, ms; without B-frames that of presentation, too. Goes on past 2^31; negative where an encoder begins early. */
  readonly time: number;
  /** The configuration, one access unit (NAL units, each with its length in front, as the configuration says), or one raw AAC frame. */
  readonly data: Uint8Array;
}

/** Header of the file, and the size of the tag before the first, which is 0. */
const FILE_HEADER = 9 + 4;
const TAG_HEADER = 11;
const TRAILER = 4;
const AUDIO = 8;
const VIDEO = 9;
const SCRIPT = 18;
const AAC = 10;
const AVC = 7;
const KEY_FRAME = 1;
const INTER_FRAME = 2;
/** Packet types, alike for AVC and AAC. */
const CONFIGURATION = 0;
const FRAME = 1;
const END_OF_SEQUENCE = 2;
/** Times are said modulo 2^31: the format has a sign (E.4.1), of which ffmpeg leaves out the bit. */
const TIME_RANGE = 2 ** 31;

/**
 * Reads FLV with H.264 or AAC (Adobe Flash Video File Format Specification 10.1, annex E) that comes in chunks, as
 * ffmpeg writes it to a pipe.
 */
export class FlvReader {
  readonly #buffer = new ChunkBuffer();
  readonly #largestTag: number;
  #started = false;
  #time = 0;

  /** @param largestTag bytes of a tag's data that are allowed */
  constructor(largestTag: number) {
    this.#largestTag = largestTag;
  }

  /**
   * Takes what came. The data of the tags is their own.
   *
   * @returns the tags that are whole now, without those of scripts and ends of sequences; null when the bytes are no
   *   such FLV: everything so far is forgotten then, and what comes next has to begin with the header of a file
   */
  push(chunk: Uint8Array): FlvTag[] | null {
    this.#buffer.append(chunk);
    const tags: FlvTag[] = [];
    if (this.#readHeader() && this.#readTags(tags)) return tags;
    this.#buffer.clear();
    this.#started = false;
    this.#time = 0;
    return null;
  }

  #readHeader(): boolean {
    const { bytes, view, start, length } = this.#buffer;
    if (this.#started || length < FILE_HEADER) return true;
    // "FLV", version 1, then flags that say nothing which the tags do not say.
    if (view.getUint32(start) !== 0x464c5601 || (bytes[start + 4]! & 0xfa) !== 0) return false;
    if (view.getUint32(start + 5) !== 9 || view.getUint32(start + 9) !== 0) return false;
    this.#buffer.skip(FILE_HEADER);
    this.#started = true;
    return true;
  }

  #readTags(tags: FlvTag[]): boolean {
    const buffer = this.#buffer;
    while (this.#started && buffer.length >= TAG_HEADER) {
      const { view, start } = buffer;
      const size = view.getUint32(start) & 0xff_ffff;
      if (size > this.#largestTag) return false;
      if (buffer.length < TAG_HEADER + size + TRAILER) return true;
      if (view.getUint32(start + TAG_HEADER + size) !== TAG_HEADER + size) return false;
      if (!this.#readTag(size, tags)) return false;
      buffer.skip(TAG_HEADER + size + TRAILER);
    }
    return true;
  }

  #readTag(size: number, tags: FlvTag[]): boolean {
    const { bytes, view, start } = this.#buffer;
    const type = bytes[start];
    const time = this.#unwrap(((view.getUint32(start + 4) >>> 8) | (bytes[start + 7]! << 24)) & 0x7fff_ffff);
    const body = bytes.subarray(start + TAG_HEADER, start + TAG_HEADER + size);
    const tag =
      type === VIDEO ? videoTag(body, time) : type === AUDIO ? audioTag(body, time) : type === SCRIPT;
    if (typeof tag === 'object') tags.push(tag);
    return tag !== false;
  }

  /** The time nearest to the last one, at first to 0. */
  #unwrap(time: number): number {
    this.#time += modulo(time - this.#time + TIME_RANGE / 2) - TIME_RANGE / 2;
    return this.#time;
  }
}

function modulo(time: number): number {
  return ((time % TIME_RANGE) + TIME_RANGE) % TIME_RANGE;
}

/** @returns true for a tag without anything to decode, false for one that is no H.264 */
function videoTag(body: Uint8Array, time: number): FlvTag | boolean {
  const [codec = 0, packetType] = body;
  const frameType = codec >> 4;
  if ((codec & 0x0f) !== AVC || body.length < 5) return false;
  if (frameType !== KEY_FRAME && frameType !== INTER_FRAME) return false;
  if (packetType === END_OF_SEQUENCE) return true;
  if (packetType !== CONFIGURATION && packetType !== FRAME) return false;
  const config = packetType === CONFIGURATION;
  return { kind: 'video', config, key: frameType === KEY_FRAME, time, data: body.slice(5) };
}

/** @returns false for a tag that is no AAC */
function audioTag(body: Uint8Array, time: number): FlvTag | false {
  const [format = 0, packetType] = body;
  if (format >> 4 !== AAC || (packetType !== CONFIGURATION && packetType !== FRAME)) return false;
  return { kind: 'audio', config: packetType === CONFIGURATION, key: true, time, data: body.slice(2) };
}

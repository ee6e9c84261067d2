import { ChunkBuffer } from './chunk-buffer.js';

export interface IvfFrame {
  /** ms */
  readonly time: number;
  /** VP8, VP9: one frame or superframe; AV1: one temporal unit, its delimiter included. */
  readonly data: Uint8Array;
}

const FILE_HEADER = 32;
const FRAME_HEADER = 12;
/** "DKIF" */
const SIGNATURE = 0x444b4946;

/**
 * Reads IVF, the container of libvpx for VP8, VP9 and AV1 (libvpx, ivfenc.c: all numbers little-endian), that comes in
 * chunks, as ffmpeg writes it to a pipe.
 */
export class IvfReader {
  readonly #buffer = new ChunkBuffer();
  readonly #largestFrame: number;
  /** Length of a tick in ms; 0 before the header. */
  #tick = 0;

  /** @param largestFrame bytes of a frame that are allowed */
  constructor(largestFrame: number) {
    this.#largestFrame = largestFrame;
  }

  /**
   * Takes what came. The data of the frames is their own.
   *
   * @returns the frames that are whole now; null when the bytes are no IVF: everything so far is forgotten then, and
   *   what comes next has to begin with the header of a file
   */
  push(chunk: Uint8Array): IvfFrame[] | null {
    this.#buffer.append(chunk);
    const frames: IvfFrame[] = [];
    if (this.#readHeader() && this.#readFrames(frames)) return frames;
    this.#buffer.clear();
    this.#tick = 0;
    return null;
  }

  #readHeader(): boolean {
    const { view, start, length } = this.#buffer;
    if (this.#tick > 0 || length < FILE_HEADER) return true;
    if (view.getUint32(start) !== SIGNATURE || view.getUint16(start + 4, true) !== 0) return false;
    if (view.getUint16(start + 6, true) !== FILE_HEADER) return false;
    // A tick is the second number divided by the first, in seconds.
    const rate = view.getUint32(start + 16, true);
    const scale = view.getUint32(start + 20, true);
    if (rate === 0 || scale === 0) return false;
    this.#tick = (1000 * scale) / rate;
    this.#buffer.skip(FILE_HEADER);
    return true;
  }

  #readFrames(frames: IvfFrame[]): boolean {
    const buffer = this.#buffer;
    while (this.#tick > 0 && buffer.length >= FRAME_HEADER) {
      const { bytes, view, start } = buffer;
      const size = view.getUint32(start, true);
      const ticks = view.getUint32(start + 4, true) + view.getUint32(start + 8, true) * 2 ** 32;
      if (size > this.#largestFrame || ticks > Number.MAX_SAFE_INTEGER) return false;
      if (buffer.length < FRAME_HEADER + size) return true;
      const data = start + FRAME_HEADER;
      frames.push({ time: ticks * this.#tick, data: bytes.slice(data, data + size) });
      buffer.skip(FRAME_HEADER + size);
    }
    return true;
  }
}

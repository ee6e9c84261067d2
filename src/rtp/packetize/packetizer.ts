import { type Memory, memoryOf } from '../../kit/index.js';

/** Takes the payloads of a frame, in order. */
export interface PayloadSink {
  /**
   * One payload; the memory is the packetizer's own, good until this returns.
   *
   * @param last it is the frame's last: for video the RTP marker says so (for sound the marker means something else,
   * RFC 3551 4.1)
   */
  onPayload(memory: Memory, offset: number, length: number, last: boolean): void;
}

/** Cuts the frames of one stream into RTP payloads. */
export interface Packetizer {
  /**
   * @param frame as `Depacketizer` makes them
   * @param maxLength bytes of the longest payload, at least `MIN_PAYLOAD_LENGTH`
   * @returns false, `sink` not called, for a frame that is empty, malformed, or, being sound, too long
   */
  packetize(frame: Uint8Array, maxLength: number, sink: PayloadSink): boolean;
}

/** Room for the headers of any payload format here, and something behind them; bytes. */
export const MIN_PAYLOAD_LENGTH = 16;

/** Where a payload is written before it is given away: as large as the largest so far. */
export class PayloadBuffer {
  private memory: Memory = memoryOf(new Uint8Array(0));
  length = 0;

  /** Begins an empty payload of at most `maxLength` bytes. */
  begin(maxLength: number): void {
    this.length = 0;
    if (this.memory.u8.length < maxLength) this.memory = memoryOf(new Uint8Array(maxLength));
  }

  byte(value: number): this {
    this.memory.view.setUint8(this.length, value);
    this.length += 1;
    return this;
  }

  uint16(value: number): this {
    this.memory.view.setUint16(this.length, value);
    this.length += 2;
    return this;
  }

  append(bytes: Uint8Array, offset: number, length: number): this {
    this.memory.u8.set(bytes.subarray(offset, offset + length), this.length);
    this.length += length;
    return this;
  }

  /** Writes over a byte that is there. */
  setByte(at: number, value: number): void {
    this.memory.view.setUint8(at, value);
  }

  /** @param from leaves out what is before it */
  give(sink: PayloadSink, last: boolean, from = 0): void {
    sink.onPayload(this.memory, from, this.length - from, last);
  }
}

/** The length of the pieces when `length` bytes are cut as evenly as can be into ones of at most `maxLength`. */
export function pieceLength(length: number, maxLength: number): number {
  return Math.ceil(length / Math.ceil(length / maxLength));
}

import { memoryOf } from '../../kit/index.js';
import { isUnitType, NalCursor, NalType } from '../codecs/h264-nal.js';
import {
  MIN_PAYLOAD_LENGTH,
  type Packetizer,
  PayloadBuffer,
  type PayloadSink,
  pieceLength,
} from './packetizer.js';

const TYPE = 0x1f;
const NRI = 0x60;
const STAP_A = 24;
const FU_A = 28;
const FU_START = 0x80;
const FU_END = 0x40;
const FU_HEADERS_LENGTH = 2;
const STAP_HEADER_LENGTH = 1;
const STAP_SIZE_LENGTH = 2;

/**
 * H.264 (RFC 6184), packetization mode 1. What is not a slice (parameter sets, supplemental information) shares a
 * STAP-A with its neighbours as far as it fits; slices go alone, those too long in fragments of even length (FU-A).
 */
export class H264Packetizer implements Packetizer {
  private readonly buffer = new PayloadBuffer();
  private readonly nal = new NalCursor();
  /** Units that wait in the buffer as an aggregate, and the highest nal_ref_idc of them, in its bits. */
  private waiting = 0;
  private nri = 0;

  packetize(frame: Uint8Array, maxLength: number, sink: PayloadSink): boolean {
    if (maxLength < MIN_PAYLOAD_LENGTH || !this.isWhole(frame)) return false;
    const { nal } = this;
    nal.begin(memoryOf(frame));
    while (nal.next()) {
      const last = nal.offset + nal.length === frame.length;
      const aggregated = STAP_SIZE_LENGTH + nal.length;
      if (isSlice(nal.type) || STAP_HEADER_LENGTH + aggregated > maxLength) {
        this.flush(sink, false);
        this.send(frame, maxLength, sink, last);
      } else {
        if (this.waiting > 0 && this.buffer.length + aggregated > maxLength) this.flush(sink, false);
        this.aggregate(frame, maxLength);
      }
    }
    this.flush(sink, true);
    return true;
  }

  private isWhole(frame: Uint8Array): boolean {
    const { nal } = this;
    nal.begin(memoryOf(frame));
    let units = 0;
    for (; nal.next(); units++) if (!isUnitType(nal.type)) return false;
    return units > 0 && !nal.failed;
  }

  /** Adds the current unit to those that wait. */
  private aggregate(frame: Uint8Array, maxLength: number): void {
    const { buffer, nal } = this;
    if (this.waiting === 0) {
      this.nri = 0;
      buffer.begin(maxLength);
      buffer.byte(STAP_A);
    }
    this.nri = Math.max(this.nri, (frame[nal.offset] as number) & NRI);
    buffer.uint16(nal.length).append(frame, nal.offset, nal.length);
    this.waiting++;
  }

  /** Sends what waits: one unit alone, or as an aggregate that counts as much as the most important of them (5.7). */
  private flush(sink: PayloadSink, last: boolean): void {
    const { buffer, waiting } = this;
    if (waiting === 0) return;
    this.waiting = 0;
    if (waiting === 1) {
      buffer.give(sink, last, STAP_HEADER_LENGTH + STAP_SIZE_LENGTH);
      return;
    }
    buffer.setByte(0, this.nri | STAP_A);
    buffer.give(sink, last);
  }

  /** Sends the current unit, whole or in fragments. */
  private send(frame: Uint8Array, maxLength: number, sink: PayloadSink, last: boolean): void {
    const { buffer, nal } = this;
    if (nal.length <= maxLength) {
      buffer.begin(maxLength);
      buffer.append(frame, nal.offset, nal.length).give(sink, last);
      return;
    }
    const header = frame[nal.offset] as number;
    const end = nal.offset + nal.length;
    const piece = pieceLength(nal.length - 1, maxLength - FU_HEADERS_LENGTH);
    for (let at = nal.offset + 1, start = FU_START; at < end; at += piece, start = 0) {
      const length = Math.min(piece, end - at);
      const ends = at + length === end;
      buffer.begin(maxLength);
      buffer
        .byte((header & NRI) | FU_A)
        .byte(start | (ends ? FU_END : 0) | (header & TYPE))
        .append(frame, at, length)
        .give(sink, ends && last);
    }
  }
}

function isSlice(type: number): boolean {
  return type >= NalType.slice && type <= NalType.idrSlice;
}

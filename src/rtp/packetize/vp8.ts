import {
  MIN_PAYLOAD_LENGTH,
  type Packetizer,
  PayloadBuffer,
  type PayloadSink,
  pieceLength,
} from './packetizer.js';

/** Extension follows; start of partition 0; picture id follows (RFC 7741 4.2). */
const EXTENDED = 0x80;
const START_OF_PARTITION = 0x10;
const HAS_PICTURE_ID = 0x80;
const LONG_PICTURE_ID = 0x8000;
const PICTURE_ID_MASK = 0x7fff;
const DESCRIPTOR_LENGTH = 4;

/** VP8 (RFC 7741): pieces of even length, each with the picture's id in 15 bits. */
export class Vp8Packetizer implements Packetizer {
  private readonly buffer = new PayloadBuffer();

  /** @param pictureId of the first frame; a random one where it begins a stream */
  constructor(private pictureId = 0) {}

  packetize(frame: Uint8Array, maxLength: number, sink: PayloadSink): boolean {
    if (frame.length === 0 || maxLength < MIN_PAYLOAD_LENGTH) return false;
    const piece = pieceLength(frame.length, maxLength - DESCRIPTOR_LENGTH);
    for (let at = 0; at < frame.length; at += piece) {
      const length = Math.min(piece, frame.length - at);
      this.buffer.begin(maxLength);
      this.buffer
        .byte(at === 0 ? EXTENDED | START_OF_PARTITION : EXTENDED)
        .byte(HAS_PICTURE_ID)
        .uint16(LONG_PICTURE_ID | (this.pictureId & PICTURE_ID_MASK))
        .append(frame, at, length)
        .give(sink, at + length === frame.length);
    }
    this.pictureId = (this.pictureId + 1) & PICTURE_ID_MASK;
    return true;
  }
}

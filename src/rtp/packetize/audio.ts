import { type Packetizer, PayloadBuffer, type PayloadSink } from './packetizer.js';

/** Sound whose packets are RTP payloads: Opus (RFC 7587 4.2), G.711 and G.722 (RFC 3551 4.5). */
export class AudioPacketizer implements Packetizer {
  private readonly buffer = new PayloadBuffer();

  packetize(frame: Uint8Array, maxLength: number, sink: PayloadSink): boolean {
    if (frame.length === 0 || frame.length > maxLength) return false;
    this.buffer.begin(maxLength);
    this.buffer.append(frame, 0, frame.length).give(sink, true);
    return true;
  }
}

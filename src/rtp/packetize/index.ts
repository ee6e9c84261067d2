import { AudioPacketizer } from './audio.js';
import { H264Packetizer } from './h264.js';
import type { Packetizer } from './packetizer.js';
import { Vp8Packetizer } from './vp8.js';

export { MIN_PAYLOAD_LENGTH, type Packetizer, type PayloadSink } from './packetizer.js';

/**
 * A new packetizer for one stream of a codec by its SDP name, case-insensitive: 'H264', 'VP8', 'opus', 'PCMA', 'PCMU'
 * or 'G722'.
 *
 * @param pictureId what VP8 numbers its first frame with, 0 to 32767; a random one where it begins a stream
 * @returns null for any other codec
 */
export function packetizer(codecName: string, pictureId = 0): Packetizer | null {
  switch (codecName.toUpperCase()) {
    case 'H264':
      return new H264Packetizer();
    case 'VP8':
      return new Vp8Packetizer(pictureId);
    case 'OPUS':
    case 'PCMA':
    case 'PCMU':
    case 'G722':
      return new AudioPacketizer();
    default:
      return null;
  }
}

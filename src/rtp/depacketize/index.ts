import { AudioDepacketizer } from './audio.js';
import { Av1Depacketizer } from './av1.js';
import type { Depacketizer } from './depacketizer.js';
import { MAX_FRAME_LENGTH } from './frame-buffer.js';
import { H264Depacketizer } from './h264.js';
import { Vp8Depacketizer } from './vp8.js';
import { Vp9Depacketizer } from './vp9.js';

export type { Depacketizer } from './depacketizer.js';
export { MAX_FRAME_LENGTH } from './frame-buffer.js';

/**
 * A new depacketizer for a codec by its SDP name, case-insensitive: 'H264', 'VP8', 'VP9', 'AV1', 'opus', 'PCMA', 'PCMU'
 * or 'G722'. Its frames are what a decoder of the codec takes:
 *
 * - H264: an access unit, each NAL unit behind its length in four bytes, big-endian; parameter sets in band, as sent.
 * - VP8: a frame. VP9: a frame, or a superframe of all spatial layers.
 * - AV1: a temporal unit in the low-overhead format, each OBU with its size, without temporal delimiter.
 * - Sound: a packet.
 *
 * @param maxLength bytes of the longest frame
 * @returns null for any other codec
 */
export function depacketizer(codecName: string, maxLength = MAX_FRAME_LENGTH): Depacketizer | null {
  switch (codecName.toUpperCase()) {
    case 'H264':
      return new H264Depacketizer(maxLength);
    case 'VP8':
      return new Vp8Depacketizer(maxLength);
    case 'VP9':
      return new Vp9Depacketizer(maxLength);
    case 'AV1':
      return new Av1Depacketizer(maxLength);
    case 'OPUS':
    case 'PCMA':
    case 'PCMU':
    case 'G722':
      return new AudioDepacketizer(maxLength);
    default:
      return null;
  }
}

import type { Memory } from '../../kit/index.js';
import type { RtcpHandler } from './handler.js';
import { FEEDBACK_HEADER_LENGTH, PacketType, PayloadFormat, writeFeedbackHeader } from './header.js';

/** Its header says it all (RFC 4585 6.3.1), and the caller has seen that the header is there. */
export function readPli(memory: Memory, offset: number, _length: number, handler: RtcpHandler): boolean {
  handler.onPli(memory.view.getUint32(offset + 4), memory.view.getUint32(offset + 8));
  return true;
}

/**
 * Writes a picture loss indication (RFC 4585 6.3.1).
 *
 * @returns the bytes written, always 12
 */
export function writePli(memory: Memory, offset: number, senderSsrc: number, mediaSsrc: number): number {
  const length = FEEDBACK_HEADER_LENGTH;
  const type = PacketType.payloadFeedback;
  writeFeedbackHeader(memory, offset, PayloadFormat.pli, type, length, senderSsrc, mediaSsrc);
  return length;
}

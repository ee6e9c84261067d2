import type { Memory } from '../../kit/index.js';
import type { RtcpHandler } from './handler.js';
import { FEEDBACK_HEADER_LENGTH, PacketType, PayloadFormat, writeFeedbackHeader } from './header.js';

const ENTRY_LENGTH = 8;

export function readFir(memory: Memory, offset: number, length: number, handler: RtcpHandler): boolean {
  const entries = length - FEEDBACK_HEADER_LENGTH;
  if (entries === 0 || entries % ENTRY_LENGTH !== 0) return false;
  const view = memory.view;
  const senderSsrc = view.getUint32(offset + 4);
  const end = offset + length;
  for (let at = offset + FEEDBACK_HEADER_LENGTH; at < end; at += ENTRY_LENGTH) {
    handler.onFir(senderSsrc, view.getUint32(at), view.getUint8(at + 4));
  }
  return true;
}

/**
 * Writes a full intra request to one source (RFC 5104 4.3.1), which names it in its entry, not in the header.
 *
 * @param sequence 8 bits: one more than before for a new request, the same for a repetition
 * @returns the bytes written, always 20
 */
export function writeFir(
  memory: Memory,
  offset: number,
  senderSsrc: number,
  mediaSsrc: number,
  sequence: number,
): number {
  const view = memory.view;
  const length = FEEDBACK_HEADER_LENGTH + ENTRY_LENGTH;
  writeFeedbackHeader(memory, offset, PayloadFormat.fir, PacketType.payloadFeedback, length, senderSsrc, 0);
  view.setUint32(offset + 12, mediaSsrc);
  view.setUint32(offset + 16, (sequence & 0xff) << 24);
  return length;
}

import type { Memory } from '../../kit/index.js';
import type { RtcpHandler } from './handler.js';
import { FEEDBACK_HEADER_LENGTH, PacketType, TransportFormat, writeFeedbackHeader } from './header.js';

const ENTRY_LENGTH = 4;
const BITMASK_WIDTH = 16;

export function readNack(memory: Memory, offset: number, length: number, handler: RtcpHandler): boolean {
  const entries = length - FEEDBACK_HEADER_LENGTH;
  if (entries === 0 || entries % ENTRY_LENGTH !== 0) return false;
  const view = memory.view;
  const senderSsrc = view.getUint32(offset + 4);
  const mediaSsrc = view.getUint32(offset + 8);
  const end = offset + length;
  for (let at = offset + FEEDBACK_HEADER_LENGTH; at < end; at += ENTRY_LENGTH) {
    handler.onNack(senderSsrc, mediaSsrc, view.getUint16(at), view.getUint16(at + 2));
  }
  return true;
}

/**
 * Writes a generic NACK (RFC 4585 6.2.1), packing what lies within 16 of a sequence number into its bitmask.
 *
 * @param sequences the lost sequence numbers, ascending in the order of RTP: 65535 comes before 0
 * @param count how many of `sequences`, from the first on
 * @returns the bytes written: 12, and at most 4 for each number; 0 when `count` is 0
 */
export function writeNack(
  memory: Memory,
  offset: number,
  senderSsrc: number,
  mediaSsrc: number,
  sequences: Uint16Array,
  count: number,
): number {
  if (count <= 0) return 0;
  const view = memory.view;
  let at = offset + FEEDBACK_HEADER_LENGTH;
  let index = 0;
  while (index < count) {
    const packetId = sequences[index++] as number;
    let bitmask = 0;
    while (index < count) {
      const distance = ((sequences[index] as number) - packetId) & 0xffff;
      if (distance > BITMASK_WIDTH) break;
      if (distance > 0) bitmask |= 1 << (distance - 1);
      index++;
    }
    view.setUint16(at, packetId);
    view.setUint16(at + 2, bitmask);
    at += ENTRY_LENGTH;
  }
  const length = at - offset;
  const type = PacketType.transportFeedback;
  writeFeedbackHeader(memory, offset, TransportFormat.nack, type, length, senderSsrc, mediaSsrc);
  return length;
}

import type { Memory } from '../../kit/index.js';
import type { RtcpHandler } from './handler.js';
import { PacketType, RTCP_HEADER_LENGTH, writeRtcpHeader } from './header.js';

/** Tells each source; the reason for leaving, if one follows, is of no use here. */
export function readBye(memory: Memory, offset: number, length: number, handler: RtcpHandler): boolean {
  const view = memory.view;
  const sources = view.getUint8(offset) & 0x1f;
  if (length < RTCP_HEADER_LENGTH + 4 * sources) return false;
  for (let index = 0; index < sources; index++) {
    handler.onBye(view.getUint32(offset + RTCP_HEADER_LENGTH + 4 * index));
  }
  return true;
}

/**
 * Writes the goodbye of one source (RFC 3550 6.6).
 *
 * @returns the bytes written, always 8
 */
export function writeBye(memory: Memory, offset: number, ssrc: number): number {
  writeRtcpHeader(memory, offset, 1, PacketType.bye, 8);
  memory.view.setUint32(offset + 4, ssrc);
  return 8;
}

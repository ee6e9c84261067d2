import type { Memory } from '../../kit/index.js';
import { PacketType, writeRtcpHeader } from './header.js';

const CNAME = 1;
const TEXT_OFFSET = 10;
const MAX_TEXT_LENGTH = 255;

/**
 * Writes a source description of one chunk with the canonical name (RFC 3550 6.5.1).
 *
 * @param cname UTF-8, cut to 255 bytes
 * @returns the bytes written: 10, the name, and 1 to 4 zero bytes that end the chunk on a multiple of 4
 */
export function writeSdesCname(memory: Memory, offset: number, ssrc: number, cname: Uint8Array): number {
  const view = memory.view;
  const textLength = Math.min(cname.length, MAX_TEXT_LENGTH);
  const length = (TEXT_OFFSET + textLength + 4) & ~3;
  writeRtcpHeader(memory, offset, 1, PacketType.sourceDescription, length);
  view.setUint32(offset + 4, ssrc);
  view.setUint8(offset + 8, CNAME);
  view.setUint8(offset + 9, textLength);
  const textOffset = offset + TEXT_OFFSET;
  for (let index = 0; index < textLength; index++) view.setUint8(textOffset + index, cname[index] as number);
  memory.u8.fill(0, textOffset + textLength, offset + length);
  return length;
}

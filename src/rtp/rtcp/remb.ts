import type { Memory } from '../../kit/index.js';
import type { RtcpHandler } from './handler.js';
import { PacketType, PayloadFormat, writeFeedbackHeader } from './header.js';

const IDENTIFIER = 0x52454d42; // 'REMB'
const LENGTH_WITHOUT_SSRCS = 20;
const MANTISSA_LIMIT = 0x40000;
const MAX_SSRCS = 255;

/** Tells the estimate; application layer feedback that is not REMB is none of ours and passes. */
export function readRemb(memory: Memory, offset: number, length: number, handler: RtcpHandler): boolean {
  const view = memory.view;
  if (length < 16) return false;
  if (view.getUint32(offset + 12) !== IDENTIFIER) return true;
  if (length < LENGTH_WITHOUT_SSRCS) return false;
  const estimate = view.getUint32(offset + 16);
  if (length < LENGTH_WITHOUT_SSRCS + 4 * (estimate >>> 24)) return false;
  const exponent = (estimate >>> 18) & 0x3f;
  handler.onRemb(view.getUint32(offset + 4), (estimate & (MANTISSA_LIMIT - 1)) * 2 ** exponent);
  return true;
}

/**
 * Writes a receiver estimated maximum bitrate (draft-alvestrand-rmcat-remb-03 2.2).
 *
 * @param bitrate bits a second; rounded down to its 18 leading bits
 * @param ssrcs the media sources it applies to, at most 255
 * @returns the bytes written: 20, and 4 for each source
 */
export function writeRemb(
  memory: Memory,
  offset: number,
  senderSsrc: number,
  bitrate: number,
  ssrcs: readonly number[],
): number {
  const view = memory.view;
  const count = Math.min(ssrcs.length, MAX_SSRCS);
  const length = LENGTH_WITHOUT_SSRCS + 4 * count;
  let mantissa = Math.min(Math.max(bitrate, 0), Number.MAX_SAFE_INTEGER);
  let exponent = 0;
  while (mantissa >= MANTISSA_LIMIT) {
    mantissa /= 2;
    exponent++;
  }
  const type = PacketType.payloadFeedback;
  writeFeedbackHeader(memory, offset, PayloadFormat.applicationLayer, type, length, senderSsrc, 0);
  view.setUint32(offset + 12, IDENTIFIER);
  view.setUint32(offset + 16, (count << 24) | (exponent << 18) | mantissa);
  for (let index = 0; index < count; index++) {
    view.setUint32(offset + LENGTH_WITHOUT_SSRCS + 4 * index, ssrcs[index] as number);
  }
  return length;
}

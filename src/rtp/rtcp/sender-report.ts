import type { Memory } from '../../kit/index.js';
import type { RtcpHandler } from './handler.js';
import { PacketType, writeRtcpHeader } from './header.js';
import { REPORT_BLOCK_LENGTH, readReportBlocks } from './report-block.js';

const LENGTH_WITHOUT_BLOCKS = 28;

export function readSenderReport(
  memory: Memory,
  offset: number,
  length: number,
  handler: RtcpHandler,
): boolean {
  const view = memory.view;
  const blocks = view.getUint8(offset) & 0x1f;
  if (length < LENGTH_WITHOUT_BLOCKS + blocks * REPORT_BLOCK_LENGTH) return false;
  const ssrc = view.getUint32(offset + 4);
  handler.onSenderReport(
    ssrc,
    view.getUint32(offset + 8),
    view.getUint32(offset + 12),
    view.getUint32(offset + 16),
    view.getUint32(offset + 20),
    view.getUint32(offset + 24),
  );
  readReportBlocks(memory, offset + LENGTH_WITHOUT_BLOCKS, blocks, ssrc, handler);
  return true;
}

/**
 * Writes a sender report without report blocks (RFC 3550 6.4.1). Counts and timestamp are taken modulo 2^32.
 *
 * @returns the bytes written, always 28
 */
export function writeSenderReport(
  memory: Memory,
  offset: number,
  ssrc: number,
  ntpSeconds: number,
  ntpFraction: number,
  rtpTimestamp: number,
  packets: number,
  octets: number,
): number {
  const view = memory.view;
  writeRtcpHeader(memory, offset, 0, PacketType.senderReport, LENGTH_WITHOUT_BLOCKS);
  view.setUint32(offset + 4, ssrc);
  view.setUint32(offset + 8, ntpSeconds);
  view.setUint32(offset + 12, ntpFraction);
  view.setUint32(offset + 16, rtpTimestamp);
  view.setUint32(offset + 20, packets);
  view.setUint32(offset + 24, octets);
  return LENGTH_WITHOUT_BLOCKS;
}

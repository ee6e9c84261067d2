import type { Memory } from '../../kit/index.js';
import type { RtcpHandler } from './handler.js';
import { PacketType, writeRtcpHeader } from './header.js';
import { REPORT_BLOCK_LENGTH, type ReportBlock, readReportBlocks, writeReportBlock } from './report-block.js';

const LENGTH_WITHOUT_BLOCKS = 8;
const MAX_BLOCKS = 31;

export function readReceiverReport(
  memory: Memory,
  offset: number,
  length: number,
  handler: RtcpHandler,
): boolean {
  const view = memory.view;
  const blocks = view.getUint8(offset) & 0x1f;
  if (length < LENGTH_WITHOUT_BLOCKS + blocks * REPORT_BLOCK_LENGTH) return false;
  readReportBlocks(memory, offset + LENGTH_WITHOUT_BLOCKS, blocks, view.getUint32(offset + 4), handler);
  return true;
}

/**
 * Writes a receiver report (RFC 3550 6.4.2).
 *
 * @param ssrc the reporter's
 * @param count how many of `blocks` to write, from the first on; 0 makes the empty report that a compound
 * begins with, and more than the 31 that a report can hold are left out
 * @returns the bytes written: 8, and 24 for each block
 */
export function writeReceiverReport(
  memory: Memory,
  offset: number,
  ssrc: number,
  blocks: readonly ReportBlock[],
  count: number,
): number {
  const written = Math.min(count, blocks.length, MAX_BLOCKS);
  const length = LENGTH_WITHOUT_BLOCKS + written * REPORT_BLOCK_LENGTH;
  writeRtcpHeader(memory, offset, written, PacketType.receiverReport, length);
  memory.view.setUint32(offset + 4, ssrc);
  for (let index = 0; index < written; index++) {
    const at = offset + LENGTH_WITHOUT_BLOCKS + index * REPORT_BLOCK_LENGTH;
    writeReportBlock(memory, at, blocks[index] as ReportBlock);
  }
  return length;
}

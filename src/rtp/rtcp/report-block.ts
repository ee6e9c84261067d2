import type { Memory } from '../../kit/index.js';
import type { RtcpHandler } from './handler.js';

/** Bytes of one report block (RFC 3550 6.4.1). */
export const REPORT_BLOCK_LENGTH = 24;

const MIN_CUMULATIVE_LOST = -0x800000;
const MAX_CUMULATIVE_LOST = 0x7fffff;

/** What a receiver says about one source; units and widths as in `RtcpHandler.onReportBlock`. */
export interface ReportBlock {
  ssrc: number;
  fractionLost: number;
  cumulativeLost: number;
  highestSequence: number;
  jitter: number;
  lastSenderReport: number;
  delaySinceLastSenderReport: number;
}

/** Tells the `count` blocks that begin at `offset`, all of which the caller knows to be there. */
export function readReportBlocks(
  memory: Memory,
  offset: number,
  count: number,
  reporterSsrc: number,
  handler: RtcpHandler,
): void {
  const view = memory.view;
  for (let index = 0; index < count; index++) {
    const at = offset + index * REPORT_BLOCK_LENGTH;
    handler.onReportBlock(
      reporterSsrc,
      view.getUint32(at),
      view.getUint8(at + 4),
      (view.getInt32(at + 4) << 8) >> 8,
      view.getUint32(at + 8),
      view.getUint32(at + 12),
      view.getUint32(at + 16),
      view.getUint32(at + 20),
    );
  }
}

/** Writes one block, 24 bytes; the loss is clamped to its 24 bits (RFC 3550 A.3). */
export function writeReportBlock(memory: Memory, offset: number, block: ReportBlock): void {
  const view = memory.view;
  const lost = Math.min(Math.max(block.cumulativeLost, MIN_CUMULATIVE_LOST), MAX_CUMULATIVE_LOST);
  view.setUint32(offset, block.ssrc);
  view.setInt32(offset + 4, ((block.fractionLost & 0xff) << 24) | (lost & 0xffffff));
  view.setUint32(offset + 8, block.highestSequence);
  view.setUint32(offset + 12, block.jitter);
  view.setUint32(offset + 16, block.lastSenderReport);
  view.setUint32(offset + 20, block.delaySinceLastSenderReport);
}

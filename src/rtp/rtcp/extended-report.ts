import type { Memory } from '../../kit/index.js';
import type { RtcpHandler } from './handler.js';
import { PacketType, writeRtcpHeader } from './header.js';

/** Block types that a round trip is measured with (RFC 3611 sections 4.4 and 4.5). */
const BlockType = { receiverReferenceTime: 4, delaySinceLast: 5 } as const;

const HEADER_LENGTH = 8;
const BLOCK_HEADER_LENGTH = 4;
const REFERENCE_TIME_LENGTH = 8;
const DELAY_LENGTH = 12;

/** Tells the blocks of an extended report (RFC 3611 section 2) that the handler has a method for, and skips others. */
export function readExtendedReport(
  memory: Memory,
  offset: number,
  length: number,
  handler: RtcpHandler,
): boolean {
  if (!hasWholeBlocks(memory, offset, length)) return false;
  const view = memory.view;
  const ssrc = view.getUint32(offset + 4);
  const end = offset + length;
  for (let at = offset + HEADER_LENGTH; at < end; at += BLOCK_HEADER_LENGTH + lengthOf(memory, at)) {
    const type = view.getUint8(at);
    const inside = at + BLOCK_HEADER_LENGTH;
    if (type === BlockType.receiverReferenceTime)
      handler.onReceiverReferenceTime(ssrc, view.getUint32(inside), view.getUint32(inside + 4));
    else if (type === BlockType.delaySinceLast)
      readDelays(memory, inside, lengthOf(memory, at), ssrc, handler);
  }
  return true;
}

function hasWholeBlocks(memory: Memory, offset: number, length: number): boolean {
  if (length < HEADER_LENGTH) return false;
  const end = offset + length;
  let at = offset + HEADER_LENGTH;
  while (at < end) {
    if (at + BLOCK_HEADER_LENGTH > end) return false;
    const type = memory.view.getUint8(at);
    const inside = lengthOf(memory, at);
    if (type === BlockType.receiverReferenceTime && inside !== REFERENCE_TIME_LENGTH) return false;
    if (type === BlockType.delaySinceLast && inside % DELAY_LENGTH !== 0) return false;
    at += BLOCK_HEADER_LENGTH + inside;
  }
  return at === end;
}

/** Bytes of a block without its header (RFC 3611 section 3). */
function lengthOf(memory: Memory, block: number): number {
  return 4 * memory.view.getUint16(block + 2);
}

function readDelays(
  memory: Memory,
  offset: number,
  length: number,
  ssrc: number,
  handler: RtcpHandler,
): void {
  const view = memory.view;
  for (let at = offset; at < offset + length; at += DELAY_LENGTH) {
    handler.onDelaySinceLastReference(
      ssrc,
      view.getUint32(at),
      view.getUint32(at + 4),
      view.getUint32(at + 8),
    );
  }
}

/**
 * Writes an extended report with the time at which it leaves (RFC 3611 section 4.4): the question of who sends no media,
 * and so no sender report, for the round trip.
 *
 * @returns the bytes written, always 20
 */
export function writeReceiverReferenceTime(
  memory: Memory,
  offset: number,
  ssrc: number,
  ntpSeconds: number,
  ntpFraction: number,
): number {
  const inside = begin(memory, offset, ssrc, BlockType.receiverReferenceTime, REFERENCE_TIME_LENGTH);
  memory.view.setUint32(inside, ntpSeconds);
  memory.view.setUint32(inside + 4, ntpFraction);
  return HEADER_LENGTH + BLOCK_HEADER_LENGTH + REFERENCE_TIME_LENGTH;
}

/**
 * Writes an extended report with the answer to one such time (RFC 3611 section 4.5).
 *
 * @param asker SSRC of who sent the time
 * @param reference the middle 32 bits of the time
 * @param delay since it came, in 65536ths of a second
 * @returns the bytes written, always 24
 */
export function writeDelaySinceLastReference(
  memory: Memory,
  offset: number,
  ssrc: number,
  asker: number,
  reference: number,
  delay: number,
): number {
  const inside = begin(memory, offset, ssrc, BlockType.delaySinceLast, DELAY_LENGTH);
  memory.view.setUint32(inside, asker);
  memory.view.setUint32(inside + 4, reference);
  memory.view.setUint32(inside + 8, delay);
  return HEADER_LENGTH + BLOCK_HEADER_LENGTH + DELAY_LENGTH;
}

/** Writes the headers of a report with one block of `length` bytes; returns where these begin. */
function begin(memory: Memory, offset: number, ssrc: number, type: number, length: number): number {
  const { view } = memory;
  const block = offset + HEADER_LENGTH;
  writeRtcpHeader(memory, offset, 0, PacketType.extendedReport, HEADER_LENGTH + BLOCK_HEADER_LENGTH + length);
  view.setUint32(offset + 4, ssrc);
  view.setUint8(block, type);
  view.setUint8(block + 1, 0);
  view.setUint16(block + 2, length / 4);
  return block + BLOCK_HEADER_LENGTH;
}

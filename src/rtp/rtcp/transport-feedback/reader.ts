import type { Memory } from '../../../kit/index.js';
import type { RtcpHandler } from '../handler.js';
import {
  BASE_SEQUENCE_OFFSET,
  CHUNK_LENGTH,
  HEADER_LENGTH,
  LARGE_DELTA,
  MAX_FEEDBACK_STATUSES,
  MAX_RUN,
  NOT_RECEIVED,
  ONE_BIT_SYMBOLS,
  REFERENCE_TIME_OFFSET,
  SMALL_DELTA,
  STATUS_COUNT_OFFSET,
  TWO_BIT_SYMBOLS,
} from './format.js';

/**
 * Tells a transport-wide feedback message packet by packet. It is read twice: first to see that its chunks
 * speak of as many packets as it says and that every delta is there, so that a malformed one tells nothing.
 */
export function readTransportFeedback(
  memory: Memory,
  offset: number,
  length: number,
  handler: RtcpHandler,
): boolean {
  if (length < HEADER_LENGTH) return false;
  const view = memory.view;
  const count = view.getUint16(offset + STATUS_COUNT_OFFSET);
  if (count === 0 || count > MAX_FEEDBACK_STATUSES) return false;
  const end = offset + length;
  const deltaOffset = findDeltas(memory, offset + HEADER_LENGTH, end, count);
  if (deltaOffset < 0) return false;
  const baseSequence = view.getUint16(offset + BASE_SEQUENCE_OFFSET);
  const reference = view.getInt32(offset + REFERENCE_TIME_OFFSET);
  handler.onTransportFeedback(baseSequence, count, reference >> 8, reference & 0xff);
  tellPackets(memory, offset + HEADER_LENGTH, deltaOffset, baseSequence, count, handler);
  return true;
}

/** Where the deltas begin, or -1 when chunks or deltas are missing or a symbol is the reserved one. */
function findDeltas(memory: Memory, chunkOffset: number, end: number, count: number): number {
  let at = chunkOffset;
  let left = count;
  let deltaBytes = 0;
  while (left > 0) {
    if (at + CHUNK_LENGTH > end) return -1;
    const chunk = memory.view.getUint16(at);
    const symbols = Math.min(symbolCount(chunk), left);
    for (let index = 0; index < symbols; index++) {
      const symbol = symbolAt(chunk, index);
      if (symbol > LARGE_DELTA) return -1;
      deltaBytes += symbol;
    }
    left -= symbols;
    at += CHUNK_LENGTH;
  }
  return at + deltaBytes <= end ? at : -1;
}

function tellPackets(
  memory: Memory,
  chunkOffset: number,
  deltaOffset: number,
  baseSequence: number,
  count: number,
  handler: RtcpHandler,
): void {
  const view = memory.view;
  let chunkAt = chunkOffset;
  let deltaAt = deltaOffset;
  let told = 0;
  while (told < count) {
    const chunk = view.getUint16(chunkAt);
    const symbols = Math.min(symbolCount(chunk), count - told);
    for (let index = 0; index < symbols; index++) {
      const symbol = symbolAt(chunk, index);
      let delta = 0;
      if (symbol === SMALL_DELTA) delta = view.getUint8(deltaAt);
      else if (symbol === LARGE_DELTA) delta = view.getInt16(deltaAt);
      deltaAt += symbol;
      handler.onTransportFeedbackPacket((baseSequence + told) & 0xffff, symbol !== NOT_RECEIVED, delta);
      told++;
    }
    chunkAt += CHUNK_LENGTH;
  }
}

/** How many packets a chunk speaks of; the last one's may be more than the message has. */
function symbolCount(chunk: number): number {
  if ((chunk & 0x8000) === 0) return chunk & MAX_RUN;
  return (chunk & 0x4000) === 0 ? ONE_BIT_SYMBOLS : TWO_BIT_SYMBOLS;
}

function symbolAt(chunk: number, index: number): number {
  if ((chunk & 0x8000) === 0) return (chunk >> 13) & 3;
  if ((chunk & 0x4000) === 0) return (chunk >> (ONE_BIT_SYMBOLS - 1 - index)) & 1;
  return (chunk >> (2 * (TWO_BIT_SYMBOLS - 1 - index))) & 3;
}

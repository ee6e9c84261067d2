import type { Memory } from '../../../kit/index.js';
import { PacketType, TransportFormat, writeFeedbackHeader } from '../header.js';
import {
  BASE_SEQUENCE_OFFSET,
  HEADER_LENGTH,
  LARGE_DELTA,
  MAX_FEEDBACK_STATUSES,
  NOT_RECEIVED,
  REFERENCE_TIME_OFFSET,
  SMALL_DELTA,
  STATUS_COUNT_OFFSET,
  TICKS_A_MS,
  TICKS_A_REFERENCE,
} from './format.js';
import { StatusChunks } from './status-chunks.js';

/**
 * The smallest `limit` of `writeTransportFeedback`: whatever was lost before it, one received packet fits.
 */
export const MIN_FEEDBACK_LIMIT = 32;

/** What fits in a datagram on any path that WebRTC takes. */
const DEFAULT_LIMIT = 1200;

const MAX_SMALL_DELTA = 0xff;
const MIN_LARGE_DELTA = -0x8000;
const MAX_LARGE_DELTA = 0x7fff;
const REFERENCE_CYCLE = 0x1000000;

/** Scratch of the one call that is under way; nothing in it outlives the call. */
const chunks = new StatusChunks();

/**
 * Writes one transport-wide feedback message (draft-holmer-rmcat-transport-wide-cc-extensions-01 3.1) from a
 * ring of arrival times. It ends with zero bytes up to a multiple of 4 and leaves the padding bit clear, so
 * that it may stand anywhere in a compound.
 *
 * It covers all `count` packets unless `limit` is reached, or a packet arrived more than 8.19 s away from the
 * received one before it: then it covers the packets before that point. `transportFeedbackCount` tells how
 * many, always 1 at least; the next message begins at `baseSequence` plus that.
 *
 * @param baseSequence transport-wide sequence number of the first packet; only its low 16 bits are sent, so
 * an unwrapped one will do
 * @param arrivals when each packet arrived, ms on any clock; NaN for lost. Sequence number n is at `n & mask`
 * @param mask the ring's size, a power of two up to 65536, less 1
 * @param count how many packets from `baseSequence` on; at most the ring's size and `MAX_FEEDBACK_STATUSES`
 * @param feedbackCount number of this message, of which 8 bits are sent
 * @param limit the most bytes it may take, `MIN_FEEDBACK_LIMIT` at least; 1200 if not given
 * @returns the bytes written; 0, with nothing written, when none of the packets was received or `limit` is
 * too small
 */
export function writeTransportFeedback(
  memory: Memory,
  offset: number,
  senderSsrc: number,
  mediaSsrc: number,
  baseSequence: number,
  arrivals: Float64Array,
  mask: number,
  count: number,
  feedbackCount: number,
  limit = DEFAULT_LIMIT,
): number {
  const asked = Math.min(count, mask + 1, MAX_FEEDBACK_STATUSES);
  const first = firstReceived(baseSequence, arrivals, mask, asked);
  if (first < 0 || limit < MIN_FEEDBACK_LIMIT) return 0;
  const reference = Math.floor(ticksAt(arrivals, (baseSequence + first) & mask) / TICKS_A_REFERENCE);
  const origin = reference * TICKS_A_REFERENCE;
  const known = classify(baseSequence, arrivals, mask, asked, origin);
  const deltaOffset = chunks.write(memory, offset + HEADER_LENGTH, (limit & ~3) - HEADER_LENGTH, known);
  const end = writeDeltas(memory, deltaOffset, baseSequence, arrivals, mask, origin);
  const length = (end - offset + 3) & ~3;
  memory.u8.fill(0, end, offset + length);
  const type = PacketType.transportFeedback;
  writeFeedbackHeader(memory, offset, TransportFormat.transportWide, type, length, senderSsrc, mediaSsrc);
  const view = memory.view;
  view.setUint16(offset + BASE_SEQUENCE_OFFSET, baseSequence);
  view.setUint16(offset + STATUS_COUNT_OFFSET, chunks.covered);
  view.setInt32(
    offset + REFERENCE_TIME_OFFSET,
    ((reference % REFERENCE_CYCLE) << 8) | (feedbackCount & 0xff),
  );
  return length;
}

/** How many packets the message that `writeTransportFeedback` wrote at `offset` covers. */
export function transportFeedbackCount(memory: Memory, offset: number): number {
  return memory.view.getUint16(offset + STATUS_COUNT_OFFSET);
}

/** Which of the packets is the first received one; -1 for none. */
function firstReceived(baseSequence: number, arrivals: Float64Array, mask: number, count: number): number {
  for (let index = 0; index < count; index++) {
    if (!Number.isNaN(arrivals[(baseSequence + index) & mask])) return index;
  }
  return -1;
}

/**
 * Arrival in ticks of 250 µs, rounded; deltas are taken between rounded times, so that errors do not add up.
 */
function ticksAt(arrivals: Float64Array, slot: number): number {
  return Math.round((arrivals[slot] as number) * TICKS_A_MS);
}

/** Fills in the packets' statuses as far as deltas can express them; returns how far. */
function classify(
  baseSequence: number,
  arrivals: Float64Array,
  mask: number,
  count: number,
  origin: number,
): number {
  const statuses = chunks.statuses;
  let previous = origin;
  for (let index = 0; index < count; index++) {
    const ticks = ticksAt(arrivals, (baseSequence + index) & mask);
    if (Number.isNaN(ticks)) {
      statuses[index] = NOT_RECEIVED;
      continue;
    }
    const delta = ticks - previous;
    if (delta < MIN_LARGE_DELTA || delta > MAX_LARGE_DELTA) return index;
    statuses[index] = delta >= 0 && delta <= MAX_SMALL_DELTA ? SMALL_DELTA : LARGE_DELTA;
    previous = ticks;
  }
  return count;
}

/** Writes the receive deltas of the packets covered; returns the offset behind them. */
function writeDeltas(
  memory: Memory,
  offset: number,
  baseSequence: number,
  arrivals: Float64Array,
  mask: number,
  origin: number,
): number {
  const view = memory.view;
  let at = offset;
  let previous = origin;
  for (let index = 0; index < chunks.covered; index++) {
    const status = chunks.statuses[index] as number;
    if (status === NOT_RECEIVED) continue;
    const ticks = ticksAt(arrivals, (baseSequence + index) & mask);
    if (status === SMALL_DELTA) view.setUint8(at, ticks - previous);
    else view.setInt16(at, ticks - previous);
    at += status;
    previous = ticks;
  }
  return at;
}

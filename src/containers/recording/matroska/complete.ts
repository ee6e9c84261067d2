import { idBytes } from '../../ebml.js';
import { id } from '../../matroska-ids.js';
import type { FileTotals } from '../muxer.js';
import { elementsIn, headAt } from './read-elements.js';
import { element, float, uint } from './wide-elements.js';

/** What is left room for in the header, as Void, bytes. */
export const durationSize = 14;
export const seekHeadSize = seekHead(0).length;
const segmentHead = segmentStart(null).length;

/** The head of a segment; its size takes eight bytes, all ones while it is unknown. */
export function segmentStart(size: number | null): Uint8Array {
  const bytes = [...idBytes(id.Segment), 0x01];
  for (let i = 6; i >= 0; i--) bytes.push(size === null ? 255 : Math.floor(size / 2 ** (8 * i)) & 255);
  return Uint8Array.from(bytes);
}

/** The header with the segment's size, its duration, and where the cues are; unchanged if it is none of ours. */
export function completeMatroska(header: Uint8Array, totals: FileTotals): Uint8Array {
  const completed = header.slice();
  const data = segmentDataIn(header);
  if (data === null) return completed;
  const start = segmentStart(totals.size - data);
  completed.set(start, data - start.length);
  const parts = elementsIn(header, data);
  const seek = parts[0];
  const hasCues = totals.trailer < totals.size;
  if (hasCues && seek !== undefined && seek.to - seek.start === seekHeadSize)
    completed.set(seekHead(totals.trailer - data), seek.start);
  const info = parts.find((part) => part.id === id.Info);
  if (info === undefined) return completed;
  const room = elementsIn(header, info.from, info.to).find((part) => part.to - part.start === durationSize);
  // A duration of zero is not allowed (RFC 9559 section 5.1.2.10).
  if (room !== undefined) completed.set(float(id.Duration, Math.max(1, totals.duration)), room.start);
  return completed;
}

/** Where the contents of the segment begin; null if there is none, or its size has not the eight bytes that it is written in. */
export function segmentDataIn(header: Uint8Array): number | null {
  const ebml = elementsIn(header)[0];
  if (ebml === undefined || ebml.id !== id.EBML) return null;
  const segment = headAt(header, ebml.to);
  if (segment?.id !== id.Segment || segment.head !== segmentHead) return null;
  return ebml.to + segment.head;
}

function seekHead(cues: number): Uint8Array {
  const seek = element(id.Seek, element(id.SeekID, idBytes(id.Cues)), uint(id.SeekPosition, cues, 8));
  return element(id.SeekHead, seek);
}

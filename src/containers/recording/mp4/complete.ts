import type { FileTotals } from '../muxer.js';
import { fullBox, u64 } from './boxes.js';
import { movieScale } from './header.js';
import { boxAt } from './read-boxes.js';

/** The header with `mehd`, the file's duration, in the room that was left for it; unchanged if there is none. */
export function completeMp4(header: Uint8Array, totals: FileTotals): Uint8Array {
  const mehd = fullBox('mehd', 1, 0, u64(Math.round((totals.duration * movieScale) / 1000)));
  const room = boxAt(header, 'moov', 'mvex', 'free') ?? boxAt(header, 'moov', 'mvex', 'mehd');
  const completed = header.slice();
  if (room !== null && room.to - room.from + 8 === mehd.length) completed.set(mehd, room.from - 8);
  return completed;
}

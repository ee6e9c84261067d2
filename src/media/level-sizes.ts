import type { PacketBatch } from './feed.js';
import type { UpTrack } from './up-track.js';

/** Most padding that a packet gets, bytes. */
const maxPadding = 8;

/**
 * Pads the packets of a picture that are a little shorter than those behind them. An encoder cuts a picture into packets
 * that differ by a byte or so, and the kernel segments only what is equally long but for the last (`udp(7)`,
 * UDP_SEGMENT): a byte more makes one message of what would be two, for each viewer.
 */
export function levelSizes(tracks: readonly UpTrack[], batch: PacketBatch): void {
  let track = -1;
  let timestamp = 0;
  let longest = 0;
  for (let index = batch.count - 1; index >= 0; index -= 1) {
    const source = batch.tracks[index] as number;
    const up = tracks[source];
    if (!up?.isVideo) continue;
    const { cache } = up;
    const slot = batch.slots[index] as number;
    const length = cache.payloadLength(slot);
    const shown = cache.timestamp(slot);
    const missing = source === track && shown === timestamp ? longest - length : 0;
    if (missing > 0 && missing <= maxPadding) cache.pad(slot, missing);
    else longest = length;
    track = source;
    timestamp = shown;
  }
}

import { boxAt, boxesIn } from './read-boxes.js';

export interface TrackTimes {
  /** units a second */
  readonly scale: number;
  /** How long its empty edit is, ms. */
  readonly begin: number;
}

/** What a header says of its tracks' times, by track id; empty if it is none of ours. */
export function trackTimes(header: Uint8Array): Map<number, TrackTimes> {
  const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
  const times = new Map<number, TrackTimes>();
  const moov = boxAt(header, 'moov');
  if (moov === null) return times;
  for (const { type, from, to } of boxesIn(header, moov.from, moov.to)) {
    if (type !== 'trak') continue;
    const trak = header.subarray(from, to);
    const [tkhd, mdhd, elst] = [
      boxAt(trak, 'tkhd'),
      boxAt(trak, 'mdia', 'mdhd'),
      boxAt(trak, 'edts', 'elst'),
    ];
    if (tkhd === null || mdhd === null || tkhd.to - tkhd.from < 84 || mdhd.to - mdhd.from < 24) continue;
    const scale = view.getUint32(from + mdhd.from + 12);
    if (scale === 0) continue;
    const begin = elst === null || elst.to - elst.from < 12 ? 0 : view.getUint32(from + elst.from + 8);
    times.set(view.getUint32(from + tkhd.from + 12), { scale, begin });
  }
  return times;
}

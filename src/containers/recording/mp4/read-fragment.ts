import { boxAt, boxesIn } from './read-boxes.js';

/** What a fragment says of one track; times in its timescale. */
export interface FragmentTrack {
  readonly id: number;
  /** Where its last sample ends. */
  readonly end: number;
  /** Its first key frame and which sample that is, from 1. */
  readonly key: { readonly time: number; readonly sample: number } | null;
}

/** Reads a `moof` of ours; null if it is none. */
export function readFragment(moof: Uint8Array): FragmentTrack[] | null {
  const outer = boxAt(moof, 'moof');
  if (outer === null) return null;
  const tracks: FragmentTrack[] = [];
  for (const { type, from, to } of boxesIn(moof, outer.from, outer.to)) {
    if (type !== 'traf') continue;
    const track = readTrack(moof.subarray(from, to));
    if (track === null) return null;
    tracks.push(track);
  }
  return tracks.length === 0 ? null : tracks;
}

function readTrack(traf: Uint8Array): FragmentTrack | null {
  const view = new DataView(traf.buffer, traf.byteOffset, traf.byteLength);
  const [tfhd, tfdt, trun] = [boxAt(traf, 'tfhd'), boxAt(traf, 'tfdt'), boxAt(traf, 'trun')];
  if (tfhd === null || tfdt === null || trun === null) return null;
  if (tfhd.to - tfhd.from < 8 || tfdt.to - tfdt.from !== 12 || trun.to - trun.from < 12) return null;
  const flags = view.getUint32(trun.from) & 0xffffff;
  const row = flags === 0x701 ? 12 : flags === 0x301 ? 8 : 0;
  const count = view.getUint32(trun.from + 4);
  if (row === 0 || trun.from + 12 + count * row > trun.to) return null;
  let time = view.getUint32(tfdt.from + 4) * 2 ** 32 + view.getUint32(tfdt.from + 8);
  let key: FragmentTrack['key'] = null;
  for (let i = 0; i < count; i++) {
    const at = trun.from + 12 + i * row;
    // sample_is_non_sync_sample is the lowest bit of the upper half.
    if (row === 12 && key === null && (view.getUint32(at + 8) & 0x10000) === 0) key = { time, sample: i + 1 };
    time += view.getUint32(at);
  }
  return { id: view.getUint32(tfhd.from + 4), end: time, key };
}

import type { FileTotals, HeaderTracks, Muxer, Piece, Sample } from '../muxer.js';
import type { AudioTrack } from '../recording-tracks.js';
import { SeekIndex } from '../seek-index.js';
import { box, fullBox, u32, u64 } from './boxes.js';
import { completeMp4 } from './complete.js';
import { emptyEdit, mp4Header, timescale, trackIds } from './header.js';
import { type Mp4Entry, mfra } from './mfra.js';

const kinds = ['video', 'audio'] as const;
/** Sample flags (ISO/IEC 14496-12 section 8.8.3.1): depends on no other; depends on others, no sync sample. */
const keyFlags = 0x02000000;
const deltaFlags = 0x01010000;

/** Fragmented MP4: each piece is one `moof` with its `mdat` (ISO/IEC 14496-12 section 8.8). */
export class Mp4Muxer implements Muxer {
  private sequence = 0;
  /** What the empty edit has taken of each track's times, ms. */
  private readonly begins = { video: 0, audio: 0 };
  private readonly index = new SeekIndex<Mp4Entry>();

  constructor(private readonly audio: AudioTrack | null) {}

  header(tracks: HeaderTracks): Uint8Array {
    for (const kind of kinds) this.begins[kind] = emptyEdit(tracks[kind]?.begin ?? 0);
    return mp4Header(tracks);
  }

  complete(header: Uint8Array, totals: FileTotals): Uint8Array {
    return completeMp4(header, totals);
  }

  piece(piece: Piece, offset: number): Uint8Array[] {
    const used = kinds.filter((kind) => piece[kind].length > 0);
    if (used.length === 0) return [];
    this.sequence += 1;
    this.note(piece, offset, used);
    // The offset of a track's data counts from the moof's beginning, whose size does not depend on it.
    const size = this.moof(piece, used, 0).length;
    const data = used.flatMap((kind) => piece[kind].map((sample) => sample.data));
    const bytes = data.reduce((sum, part) => sum + part.length, 0);
    return [this.moof(piece, used, size + 8), mdatHeader(bytes), ...data];
  }

  trailer(): Uint8Array {
    return mfra(this.index.entries);
  }

  private note(piece: Piece, offset: number, used: readonly ('audio' | 'video')[]): void {
    const index = piece.video.findIndex((sample) => sample.key);
    if (index < 0) return;
    const time = this.ticks('video', piece.video[index]!.time);
    this.index.add({ time, offset, traf: used.indexOf('video') + 1, sample: index + 1 });
  }

  private moof(piece: Piece, used: readonly ('audio' | 'video')[], dataOffset: number): Uint8Array {
    let at = dataOffset;
    const trafs = used.map((kind) => {
      const traf = this.traf(kind, piece[kind], at);
      at += piece[kind].reduce((sum, sample) => sum + sample.data.length, 0);
      return traf;
    });
    return box('moof', fullBox('mfhd', 0, 0, u32(this.sequence)), ...trafs);
  }

  private traf(kind: 'audio' | 'video', samples: readonly Sample[], dataOffset: number): Uint8Array {
    const start = this.ticks(kind, samples[0]!.time);
    const rows: number[] = [];
    let time = start;
    for (let i = 0; i < samples.length; i++) {
      const { time: begin, duration, data, key } = samples[i]!;
      // From time to time, not from duration to duration: rounding must not add up.
      const next = samples[i + 1]?.time ?? begin + duration;
      const end = Math.max(time, this.ticks(kind, next));
      const length = Math.min(end - time, 0xffffffff);
      time += length;
      rows.push(...u32(length), ...u32(data.length));
      if (kind === 'video') rows.push(...u32(key ? keyFlags : deltaFlags));
    }
    const flags = kind === 'video' ? 0x701 : 0x301;
    // default-base-is-moof; sound has one flag for all: every packet stands by itself.
    const tfhd =
      kind === 'video'
        ? fullBox('tfhd', 0, 0x20000, u32(trackIds.video))
        : fullBox('tfhd', 0, 0x20020, u32(trackIds.audio), u32(keyFlags));
    const tfdt = fullBox('tfdt', 1, 0, u64(start));
    return box('traf', tfhd, tfdt, fullBox('trun', 0, flags, u32(samples.length), u32(dataOffset), rows));
  }

  private ticks(kind: 'audio' | 'video', ms: number): number {
    return Math.round(((ms - this.begins[kind]) * timescale(kind, this.audio)) / 1000);
  }
}

function mdatHeader(bytes: number): Uint8Array {
  const header = box('mdat');
  header.set(u32(bytes + 8));
  return header;
}

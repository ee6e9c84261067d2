import { type HeaderTracks, headerSize } from '../muxer.js';
import type { AudioTrack, Rotation } from '../recording-tracks.js';
import { ascii, box, fullBox, u16, u32, zeros } from './boxes.js';
import { audioEntry, handlerName, videoEntry } from './sample-entry.js';

/** Track ids never change, whichever track is known first. */
export const trackIds = { video: 1, audio: 2 } as const;
/** Units a second of the whole file's times. */
export const movieScale = 1000;

/** Units a second of a track's times. */
export function timescale(kind: 'audio' | 'video', audio: AudioTrack | null): number {
  if (kind === 'video') return 90_000;
  return audio === null || audio.codec === 'opus' ? 48_000 : audio.clockRate;
}

const matrices: Record<Rotation, readonly number[]> = {
  0: [1, 0, 0, 1],
  90: [0, 1, -1, 0],
  180: [-1, 0, 0, -1],
  270: [0, -1, 1, 0],
};

/** ISO/IEC 14496-12 section 8.3.2: a rotation about the origin, then moved back to where the picture is seen. */
function matrix(rotation: Rotation, width: number, height: number): number[] {
  const [a = 1, b = 0, c = 0, d = 1] = matrices[rotation];
  const x = rotation === 90 ? height : rotation === 180 ? width : 0;
  const y = rotation === 180 ? height : rotation === 270 ? width : 0;
  const fixed = (value: number) => u32(value * 65536);
  return [
    ...fixed(a),
    ...fixed(b),
    ...u32(0),
    ...fixed(c),
    ...fixed(d),
    ...u32(0),
    ...fixed(x),
    ...fixed(y),
    ...u32(0x40000000),
  ];
}

/** `ftyp`, `moov` with room for `mehd`, and as much `free` as fills the header (ISO/IEC 14496-12 section 8). */
export function mp4Header(tracks: HeaderTracks): Uint8Array {
  const brands = ['isom', 'iso5', 'iso6', 'mp41'];
  const ftyp = box('ftyp', ascii('iso5'), u32(512), brands.flatMap(ascii));
  const mvhd = fullBox(
    'mvhd',
    0,
    0,
    zeros(8),
    u32(movieScale),
    u32(0),
    u32(0x00010000),
    u16(0x0100),
    zeros(10),
    matrix(0, 0, 0),
    zeros(24),
    u32(3),
  );
  const traks: Uint8Array[] = [];
  const trexs: Uint8Array[] = [];
  for (const kind of ['video', 'audio'] as const) {
    if (tracks[kind] === null) continue;
    traks.push(trak(kind, tracks));
    trexs.push(fullBox('trex', 0, 0, u32(trackIds[kind]), u32(1), zeros(12)));
  }
  const moov = box('moov', mvhd, ...traks, box('mvex', box('free', zeros(12)), ...trexs));
  const free = headerSize - ftyp.length - moov.length;
  if (free < 8) throw new RangeError(`header of ${ftyp.length + moov.length} bytes`);
  const header = new Uint8Array(headerSize);
  header.set(ftyp);
  header.set(moov, ftyp.length);
  header.set(box('free', zeros(free - 8)), ftyp.length + moov.length);
  return header;
}

function trak(kind: 'audio' | 'video', tracks: HeaderTracks): Uint8Array {
  const audio = tracks.audio?.track ?? null;
  const { config, track } = tracks.video ?? { config: null, track: null };
  const picture = kind === 'video' && config !== null;
  const [width, height] = picture ? [config.width, config.height] : [0, 0];
  const tkhd = fullBox(
    'tkhd',
    0,
    3,
    zeros(8),
    u32(trackIds[kind]),
    zeros(16),
    u16(0),
    u16(picture ? 0 : 1),
    u16(picture ? 0 : 0x0100),
    u16(0),
    matrix(picture ? (track?.rotation ?? 0) : 0, width, height),
    u32(width * 65536),
    u32(height * 65536),
  );
  const entry = picture ? videoEntry(track!.codec, config) : audioEntry(audio!);
  const stbl = box(
    'stbl',
    fullBox('stsd', 0, 0, u32(1), entry),
    fullBox('stts', 0, 0, u32(0)),
    fullBox('stsc', 0, 0, u32(0)),
    fullBox('stsz', 0, 0, u32(0), u32(0)),
    fullBox('stco', 0, 0, u32(0)),
  );
  const dinf = box('dinf', fullBox('dref', 0, 0, u32(1), fullBox('url ', 0, 1)));
  const media = picture ? fullBox('vmhd', 0, 1, zeros(8)) : fullBox('smhd', 0, 0, zeros(4));
  const language = u16(0x55c4); // "und"
  const mdhd = fullBox('mdhd', 0, 0, zeros(8), u32(timescale(kind, audio)), u32(0), language, u16(0));
  const hdlr = fullBox('hdlr', 0, 0, zeros(4), handlerName(kind));
  const mdia = box('mdia', mdhd, hdlr, box('minf', media, dinf, stbl));
  return box('trak', tkhd, ...edits(tracks[kind]?.begin ?? 0), mdia);
}

/**
 * A track that begins later has times of its own from zero, behind an empty edit (ISO/IEC 14496-12 section 8.6.6): players
 * that see its times begin late instead add the wait to the duration.
 */
function edits(begin: number): Uint8Array[] {
  const empty = emptyEdit(begin);
  if (empty === 0) return [];
  const normal = [...u32(0), ...u32(0), ...u32(0x00010000)];
  return [box('edts', fullBox('elst', 0, 0, u32(2), u32(empty), u32(0xffffffff), u32(0x00010000), normal))];
}

/** How much of a track's times the empty edit takes, ms: whole ones, the movie's unit. */
export function emptyEdit(begin: number): number {
  return Math.min(Math.floor(begin), 0x7fffffff);
}

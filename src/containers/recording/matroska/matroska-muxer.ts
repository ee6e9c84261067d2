import { id } from '../../matroska-ids.js';
import { type FileTotals, type HeaderTracks, headerSize, type Muxer, type Piece } from '../muxer.js';
import { SeekIndex } from '../seek-index.js';
import { completeMatroska, durationSize, seekHeadSize, segmentStart } from './complete.js';
import { type Cue, cues } from './cues.js';
import { trackNumbers, tracksElement } from './tracks.js';
import { element, elementHead, text, uint, voidHead } from './wide-elements.js';

/** A block's time is a 16-bit number relative to its cluster's. */
const longestCluster = 30_000;

interface Block {
  readonly number: number;
  readonly time: number;
  readonly key: boolean;
  readonly data: Uint8Array;
}

/** Matroska and WebM: each piece is one cluster of known size, in ms (RFC 9559). */
export class MatroskaMuxer implements Muxer {
  private readonly index = new SeekIndex<Cue>();
  private hasVideo = false;
  private segmentData = 0;

  constructor(private readonly docType: 'webm' | 'matroska') {}

  header(tracks: HeaderTracks): Uint8Array {
    const ebml = element(
      id.EBML,
      uint(id.EBMLVersion, 1, 1),
      uint(id.EBMLReadVersion, 1, 1),
      uint(id.EBMLMaxIDLength, 4, 1),
      uint(id.EBMLMaxSizeLength, 8, 1),
      text(id.DocType, this.docType),
      uint(id.DocTypeVersion, 4, 1),
      uint(id.DocTypeReadVersion, 2, 1),
    );
    this.segmentData = ebml.length + segmentStart(null).length;
    const info = element(
      id.Info,
      uint(id.TimestampScale, 1_000_000),
      element(id.Void, new Uint8Array(durationSize - voidHead)),
      text(id.MuxingApp, 'Sluice'),
      text(id.WritingApp, 'Sluice'),
    );
    const seek = element(id.Void, new Uint8Array(seekHeadSize - voidHead));
    const parts = [ebml, segmentStart(null), seek, info, tracksElement(tracks)];
    const used = parts.reduce((sum, part) => sum + part.length, 0);
    const left = headerSize - used - voidHead;
    if (left < 0) throw new RangeError(`header of ${used} bytes`);
    const header = new Uint8Array(headerSize);
    let at = 0;
    for (const part of [...parts, element(id.Void, new Uint8Array(left))]) {
      header.set(part, at);
      at += part.length;
    }
    return header;
  }

  complete(header: Uint8Array, totals: FileTotals): Uint8Array {
    return completeMatroska(header, totals);
  }

  piece(piece: Piece, offset: number): Uint8Array[] {
    const blocks: Block[] = (['video', 'audio'] as const)
      .flatMap((kind) =>
        piece[kind].map(({ time, key, data }) => ({
          number: trackNumbers[kind],
          time: Math.round(time),
          key,
          data,
        })),
      )
      .sort((a, b) => a.time - b.time);
    this.hasVideo ||= piece.video.length > 0;
    const bytes: Uint8Array[] = [];
    let at = offset;
    for (let begin = 0; begin < blocks.length; ) {
      const start = blocks[begin]!.time;
      let end = begin;
      while (end < blocks.length && blocks[end]!.time - start <= longestCluster) end += 1;
      const cluster = this.cluster(blocks.slice(begin, end), at);
      for (const part of cluster) at += part.length;
      bytes.push(...cluster);
      begin = end;
    }
    return bytes;
  }

  trailer(): Uint8Array {
    return cues(this.index.entries, this.hasVideo ? trackNumbers.video : trackNumbers.audio);
  }

  private cluster(blocks: readonly Block[], offset: number): Uint8Array[] {
    const start = blocks[0]!.time;
    const key = blocks.find((block) => block.key && block.number === trackNumbers.video);
    const cue = key ?? (this.hasVideo ? undefined : blocks[0]);
    if (cue !== undefined) this.index.add({ time: cue.time, position: offset - this.segmentData });
    const timestamp = uint(id.Timestamp, start, 6);
    const contents: Uint8Array[] = [timestamp];
    for (const { number, time, key: isKey, data } of blocks) {
      const relative = time - start;
      const head = elementHead(id.SimpleBlock, data.length + 4);
      contents.push(
        Uint8Array.of(...head, 0x80 | number, relative >> 8, relative & 255, isKey ? 0x80 : 0),
        data,
      );
    }
    const size = contents.reduce((sum, part) => sum + part.length, 0);
    return [Uint8Array.from(elementHead(id.Cluster, size)), ...contents];
  }
}

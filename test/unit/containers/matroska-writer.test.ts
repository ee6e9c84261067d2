import { describe, expect, it } from 'vitest';
import { type MatroskaTrack, MatroskaWriter } from '../../../src/containers/index.js';
import { hex, random } from '../rtp/support.js';
import { type Block, readMatroska } from './matroska-parser.js';
import { join, text } from './support.js';

const VP8: MatroskaTrack = { kind: 'video', codec: 'VP8', width: 640, height: 360 };
const AVC = hex('0142c01fffe1000467000000 01000268ce');
const OPUS_HEAD = hex('4f70757348656164 01 02 3801 80bb0000 0000 00');
const CLUSTER = '1f43b675 01ffffffffffffff';

function squeeze(hexadecimal: string): string {
  return hexadecimal.replaceAll(' ', '');
}

/** What a track's entry has, by the id in hexadecimal; what nests, flat. */
function entry(track: MatroskaTrack): Record<string, string> {
  return readMatroska(new MatroskaWriter([track]).header()).tracks[0]!;
}

function writer(...tracks: readonly MatroskaTrack[]): MatroskaWriter {
  return new MatroskaWriter(tracks);
}

describe('MatroskaWriter', () => {
  it('begins with EBML header, Info and Tracks', () => {
    expect(text(writer(VP8).header())).toBe(
      squeeze(
        // EBML header: versions 1, ids of 4 bytes, sizes of 8, "matroska" version 4, to be read from version 2 on
        '1a45dfa3 a3 4286 81 01 42f7 81 01 42f2 81 04 42f3 81 08 4282 88 6d6174726f736b61 4287 81 04 4285 81 02' +
          // Segment; Info: 100000 ns a tick, applications
          '18538067 01ffffffffffffff 1549a966 99 2ad7b1 83 0186a0 4d80 86 536c75696365 5741 86 536c75696365' +
          // Tracks: one entry: number, UID, type, no lacing, codec, size of the picture
          '1654ae6b a0 ae 9e d7 81 01 73c5 81 01 83 81 01 9c 81 00 86 85 565f565038 e0 88 b0 82 0280 ba 82 0168',
      ),
    );
  });

  it.each([
    [{ ...VP8, codec: 'VP9' } as const, { '86': 'V_VP9', e0: 'b0820280ba820168' }],
    [{ ...VP8, codec: 'H264', configuration: AVC } as const, { '86': 'V_MPEG4/ISO/AVC', '63a2': text(AVC) }],
    [
      { ...VP8, codec: 'AV1', configuration: hex('81050c00') } as const,
      { '86': 'V_AV1', '63a2': '81050c00' },
    ],
    [
      { kind: 'audio', codec: 'PCMA', channels: 1 } as const,
      {
        '83': '02',
        '86': 'A_MS/ACM',
        '63a2': '06000100401f0000401f0000010008000000',
        e1: 'b58840bf400000000000' + '9f8101' + '62648108',
      },
    ],
    [
      { kind: 'audio', codec: 'PCMU', channels: 2 } as const,
      {
        '86': 'A_MS/ACM',
        '63a2': '07000200401f0000803e0000020008000000',
        e1: 'b58840bf400000000000' + '9f8102' + '62648108',
      },
    ],
    [
      { kind: 'audio', codec: 'G722', channels: 1 } as const,
      {
        '86': 'A_MS/ACM',
        '63a2': '8f020100803e0000401f0000010004000000',
        e1: 'b58840cf400000000000' + '9f8101' + '62648104',
      },
    ],
    [
      { kind: 'audio', codec: 'opus', channels: 2, configuration: OPUS_HEAD } as const,
      {
        '86': 'A_OPUS',
        '63a2': text(OPUS_HEAD),
        // 312 samples are 6.5 ms
        '56aa': '632ea0',
        '56bb': '04c4b400',
        e1: 'b58840e7700000000000' + '9f8102',
      },
    ],
  ])('describes $codec of $kind', (track, expected) => {
    expect(entry(track)).toMatchObject(expected);
  });

  it('writes no private data where there is none, and no delay where nothing is to be skipped', () => {
    expect(entry(VP8)).not.toHaveProperty('63a2');
    const head = OPUS_HEAD.slice();
    head.fill(0, 10, 12);
    expect(entry({ kind: 'audio', codec: 'opus', channels: 2, configuration: head })).not.toHaveProperty(
      '56aa',
    );
    expect(
      entry({ kind: 'audio', codec: 'opus', channels: 2, configuration: head.subarray(0, 11) }),
    ).not.toHaveProperty('56aa');
  });

  it('opens a cluster with the first frame and puts further ones into it, to 0.1 ms', () => {
    const matroska = writer(VP8, { kind: 'audio', codec: 'PCMU', channels: 1 });
    expect(text(matroska.block(0, 1000.04, true, hex('a1a2')))).toBe(
      squeeze(`${CLUSTER} e7 82 2710 a3 86 81 0000 80 a1a2`),
    );
    expect(text(matroska.block(1, 1020.06, true, hex('b1')))).toBe(squeeze('a3 85 82 00c9 80 b1'));
    expect(text(matroska.block(0, 999.9, false, hex('')))).toBe(squeeze('a3 84 81 ffff 00'));
    expect(text(matroska.block(0, -5, false, hex('')))).toBe(squeeze('a3 84 81 d8f0 00'));
  });

  it('writes the length of a frame in as many bytes as it needs', () => {
    const block = (length: number) => {
      const matroska = writer(VP8);
      matroska.block(0, 0, true, hex(''));
      return text(matroska.block(0, 0, false, new Uint8Array(length)).subarray(0, 6));
    };
    expect(block(126 - 4)).toBe('a3fe81000000');
    expect(block(127 - 4)).toBe('a3407f810000');
    expect(block(0x3ffe - 4)).toBe('a37ffe810000');
    expect(block(0x3fff - 4)).toBe('a3203fff8100');
    expect(block(0x1fffff - 4)).toBe('a3101fffff81');
  });

  it('opens another cluster before a time gets too far from it for 16 bits', () => {
    const opens = (...times: readonly number[]) => {
      const matroska = writer(VP8);
      return times.map((time) => text(matroska.block(0, time, false, hex(''))).startsWith('1f43b675'));
    };
    expect(opens(5000, 8276.7, 5000, 1723.3)).toEqual([true, false, false, false]);
    expect(opens(5000, 8276.8, 8276.8)).toEqual([true, true, false]);
    expect(opens(5000, 1723.2, 1723.2)).toEqual([true, true, false]);
  });

  it('opens another cluster at a key frame of the first track after two seconds', () => {
    const matroska = writer(VP8, { kind: 'audio', codec: 'PCMU', channels: 1 });
    const opens = (track: number, time: number, key: boolean) =>
      text(matroska.block(track, time, key, hex(''))).startsWith('1f43b675');
    expect(opens(0, 0, true)).toBe(true);
    expect(opens(0, 1999.9, true)).toBe(false);
    expect(opens(0, 2000, false)).toBe(false);
    expect(opens(1, 2100, true)).toBe(false);
    expect(opens(0, 2200, true)).toBe(true);
    expect(opens(0, 2300, true)).toBe(false);
  });

  it('can be read back whatever the times and sizes are', () => {
    const next = random(5);
    for (let round = 0; round < 10; round++) {
      const matroska = writer(VP8, { kind: 'audio', codec: 'PCMU', channels: 1 });
      const parts = [matroska.header()];
      const blocks: Block[] = [];
      for (let count = 0; count < 40; count++) {
        const time = Math.floor(next() * (round < 5 ? 8000 : 2 ** 40)) / 2;
        const data = Uint8Array.from({ length: Math.floor(next() * 300) }, () => Math.floor(next() * 256));
        const block = { track: next() < 0.5 ? 0 : 1, time, key: next() < 0.3, data };
        blocks.push(block);
        parts.push(matroska.block(block.track, block.time, block.key, block.data));
      }
      expect(readMatroska(join(...parts)).blocks).toEqual(blocks);
    }
  });
});

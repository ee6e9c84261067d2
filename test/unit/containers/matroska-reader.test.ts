import { describe, expect, it } from 'vitest';
import { type MatroskaFrame, MatroskaReader } from '../../../src/containers/index.js';
import { ffmpegOutput } from '../../support/ffmpeg-media.js';
import { hex } from '../rtp/support.js';
import { expectWherever, join, pushHostile } from './support.js';

const LARGEST = 200;

const EBML = hex('1a45dfa3 84 4286 81 01');
/** Of unknown size; then something of 8 bytes of size that is passed over, as ffmpeg writes it. */
const SEGMENT = join(hex('18538067 01ffffffffffffff ec 0100000000000003'), [1, 2, 3]);
const INFO = hex('1549a966 87 2ad7b1 83 0f4240');
const CLUSTER = hex('1f43b675 ff e7 82 03e8');

function track(number: number, codecId: string, codecPrivate: string): Uint8Array {
  const id = Buffer.from(codecId);
  const parts = [
    [0xd7, 0x81, number],
    [0x86, 0x80 | id.length],
    id,
    [0x63, 0xa2, 0x80 | (codecPrivate.length / 2)],
  ];
  const body = join(...parts, hex(codecPrivate));
  return join([0xae, 0x80 | body.length], body);
}

function tracks(...entries: readonly Uint8Array[]): Uint8Array {
  const body = join(...entries);
  return join(hex('1654ae6b'), [0x80 | body.length], body);
}

const header = join(EBML, SEGMENT, INFO, tracks(track(1, 'V_X', 'beef'), track(2, 'A_OPUS', '')));
const stream = join(
  header,
  CLUSTER,
  hex('a3 86 81 0000 80 a1a2'), // track 1, key, at 1000
  hex('a3 85 82 fff9 80 b1'), // track 2, 7 ms before it
  hex('a3 85 81 0021 00 a3'), // track 1, no key frame
  hex('a0 8a a1 85 81 0042 00 a4 fb 81 df'), // a group: refers to another, so no key frame either
  hex('a0 87 a1 85 82 0043 00 b2'),
  hex('1f43b675 85 e7 83 010000'),
  hex('a3 85 81 0000 80 a5'),
);
const frames: MatroskaFrame[] = [
  { track: 1, key: true, time: 1000, data: hex('a1a2') },
  { track: 2, key: true, time: 993, data: hex('b1') },
  { track: 1, key: false, time: 1033, data: hex('a3') },
  { track: 1, key: false, time: 1066, data: hex('a4') },
  { track: 2, key: true, time: 1067, data: hex('b2') },
  { track: 1, key: true, time: 65_536, data: hex('a5') },
];

const make = () => {
  const reader = new MatroskaReader(LARGEST);
  return (chunk: Uint8Array) => reader.push(chunk);
};

describe('MatroskaReader', () => {
  it('reads frames, wherever the stream is cut', () => {
    expectWherever(make, stream, frames);
  });

  it('names the tracks', () => {
    const reader = new MatroskaReader(LARGEST);
    reader.push(header);
    expect(reader.tracks).toEqual([
      { number: 1, codecId: 'V_X', codecPrivate: hex('beef') },
      { number: 2, codecId: 'A_OPUS', codecPrivate: hex('') },
    ]);
  });

  it('gives a last frame that might still have been told more of', () => {
    const reader = new MatroskaReader(LARGEST);
    expect(reader.push(join(header, CLUSTER, hex('a0 87 a1 85 81 0000 00 a1')))).toEqual([]);
    const last = [{ track: 1, key: true, time: 1000, data: hex('a1') }];
    expect([reader.end(), reader.end()]).toEqual([last, []]);
  });

  it.each([
    ['no Matroska', hex('52494646')],
    ['an id of no length', join(EBML, hex('00'))],
    ['a size of no length', join(EBML, hex('ec 00'))],
    ['a block of unknown size', join(header, CLUSTER, hex('a3 ff'))],
    ['a block that is too large', join(header, CLUSTER, hex('a3 4100'))],
    ['a block without a frame', join(header, CLUSTER, hex('a3 84 81 0000 80'))],
    ['a block of laced frames', join(header, CLUSTER, hex('a3 86 81 0000 06 a1a2'))],
    ['a track that goes beyond its list', join(EBML, SEGMENT, hex('1654ae6b 83 ae 88 d7'))],
    ['a scale of nothing', join(EBML, SEGMENT, hex('1549a966 85 2ad7b1 81 00'))],
  ])('refuses %s', (_, bytes) => {
    expect(make()(bytes)).toBeNull();
  });

  it('throws on no bytes whatever', () => {
    expect(pushHostile(7, 2000, make, stream)).toBeGreaterThan(0);
  });

  it('reads what ffmpeg writes', () => {
    const source = ['-f', 'lavfi', '-i', 'testsrc2=size=64x64:rate=25:duration=0.4', '-f', 'lavfi', '-i'];
    const codecs = [
      'sine=duration=0.4',
      '-c:v',
      'libvpx',
      '-g',
      '5',
      '-c:a',
      'libopus',
      '-f',
      'matroska',
      '-live',
      '1',
    ];
    const reader = new MatroskaReader(1 << 20);
    const read = [...reader.push(ffmpegOutput([...source, ...codecs]))!, ...reader.end()];
    expect(reader.tracks.map(({ codecId }) => codecId)).toEqual(['V_VP8', 'A_OPUS']);
    const video = read.filter(({ track: number }) => number === reader.tracks[0]?.number);
    expect(video.map(({ time }) => time - video[0]!.time)).toEqual([
      0, 40, 80, 120, 160, 200, 240, 280, 320, 360,
    ]);
    expect(video.map(({ key }) => key)).toEqual(video.map((_, index) => index % 5 === 0));
    expect(read.length).toBeGreaterThan(video.length + 15);
  });
});

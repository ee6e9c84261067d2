import { describe, expect, it } from 'vitest';
import { memoryOf } from '../../../src/kit/index.js';
import { depacketizer, MAX_FRAME_LENGTH } from '../../../src/rtp/index.js';
import { adding, assembled, encodedFrames, encodedPayloads } from './encoded.js';
import { cutEverywhere, hex, hostile } from './support.js';

const of = (codec: string, ...payloads: string[]) => assembled(codec, payloads.map(hex));
const plain = (text: string) => text.replace(/[\s|]/g, '');

describe.each(['H264', 'VP8', 'VP9'])('%s as ffmpeg sends it', (codec) => {
  const frames = encodedFrames(codec);
  const payloads = encodedPayloads(codec);

  it('becomes the frames that were encoded', () => {
    const assembler = depacketizer(codec)!;
    const got = payloads.map((ofFrame) => {
      for (const payload of ofFrame) expect(adding(assembler, payload)).toBe(true);
      return assembler.finish();
    });
    expect(got).toEqual(frames);
  });

  it('is lost without the first of several packets, and the next frame is not', () => {
    const assembler = depacketizer(codec)!;
    const [first, second] = payloads as [Uint8Array[], Uint8Array[]];
    // H.264's first packet is an aggregate of its own.
    const from = codec === 'H264' ? 3 : 1;
    expect(adding(assembler, first[from]!)).toBe(false);
    expect(adding(assembler, first[0]!)).toBe(false);
    expect(assembler.finish()).toBeNull();
    for (const payload of second) expect(adding(assembler, payload)).toBe(true);
    expect(assembler.finish()).toEqual(frames[1]);
  });

  it('is forgotten at a reset', () => {
    const assembler = depacketizer(codec)!;
    adding(assembler, payloads[0]![0]!);
    assembler.reset();
    expect(assembler.finish()).toBeNull();
    for (const payload of payloads[0]!) adding(assembler, payload);
    expect(assembler.finish()).toEqual(frames[0]);
  });

  it('is never read behind its end', () => {
    const assembler = depacketizer(codec)!;
    for (const payload of [payloads[0]![0]!, payloads[0]!.at(-1)!, payloads[1]![0]!]) {
      const results = cutEverywhere(payload, (memory, offset, length) => {
        assembler.reset();
        const accepted = assembler.add(memory, offset, length);
        return [accepted, assembler.finish()];
      });
      expect(results[0]).toEqual([false, null]);
    }
  });

  it('may be hostile', () => {
    const assembler = depacketizer(codec)!;
    let made = 0;
    hostile(21, 10_000, payloads.flat(), (memory, offset, length) => {
      const accepted = assembler.add(memory, offset, length);
      if (accepted && memory.u8[offset]! % 3 !== 0) return;
      const frame = assembler.finish();
      if (!accepted) expect(frame).toBeNull();
      if (frame) made++;
    });
    expect(made).toBeGreaterThan(200);
  });
});

describe('H.264 payloads', () => {
  it.each([
    ['a unit', ['6588840400'], '00000005 6588840400'],
    [
      'units one after the other',
      ['6742c01f', '68ce', '6588'],
      '00000004 6742c01f 00000002 68ce 00000002 6588',
    ],
    ['an aggregate', ['78 0004 6742c01f 0002 68ce'], '00000004 6742c01f 00000002 68ce'],
    ['fragments', ['7c85 aabb', '7c05 cc', '7c45 dd'], '00000005 65aabbccdd'],
    ['an empty fragment', ['7c85 aabb', '7c05', '7c45 dd'], '00000004 65aabbdd'],
    ['one fragment that is all', ['5cc1 aabb'], '00000003 41aabb'],
  ])('become an access unit: %s', (_what, payloads, expected) => {
    expect(of('H264', ...payloads)).toBe(plain(expected));
  });

  it.each([
    ['nothing', ['']],
    ['a damaged unit', ['e588']],
    ['a unit of type 0', ['6088']],
    ['a unit of type 30', ['7e88']],
    ['STAP-B', ['79 0000 0002 6588']],
    ['MTAP16', ['7a 0000 0005 00 0000 6588']],
    ['MTAP24', ['7b 0000 0006 00 000000 6588']],
    ['FU-B', ['7d85 0000 aabb']],
    ['an empty aggregate', ['78']],
    ['an empty unit in an aggregate', ['78 0000 0002 6588']],
    ['a cut length in an aggregate', ['78 0002 6588 00']],
    ['a cut unit in an aggregate', ['78 0003 6588']],
    ['a damaged unit in an aggregate', ['78 0002 e588']],
    ['an aggregate in an aggregate', ['78 0005 78 0002 6588']],
    ['a fragment without header', ['7c']],
    ['fragments of an aggregate', ['7c98 aabb', '7c58 cc']],
    ['fragments without start', ['7c05 aabb', '7c45 cc']],
    ['fragments without end', ['7c85 aabb', '7c05 cc']],
    ['fragments that start twice', ['7c85 aabb', '7c85 cc', '7c45 cc']],
    ['fragments of two types', ['7c85 aabb', '7c41 cc']],
    ['a unit among fragments', ['7c85 aabb', '6588', '7c45 cc']],
  ])('are refused: %s', (_what, payloads) => {
    expect(of('H264', ...payloads)).toBeNull();
  });
});

describe('VP8 payloads', () => {
  it('lose their descriptors, of whatever fields', () => {
    expect(of('VP8', '10 aa', '00 bb')).toBe('aabb');
    expect(of('VP8', '90e0 8001 05 40 aa', '80e0 8001 05 40 bb', '91e0 8001 05 40 cc')).toBe('aabbcc');
  });

  it.each([
    ['a frame without beginning', ['00 aa']],
    ['two beginnings', ['10 aa', '10 bb']],
    ['two pictures', ['9080 01 aa', '8080 02 bb']],
    ['a descriptor alone', ['10']],
  ])('are refused: %s', (_what, payloads) => {
    expect(of('VP8', ...payloads)).toBeNull();
  });
});

describe('VP9 payloads', () => {
  it('of one layer are the frame', () => {
    expect(of('VP9', '98 01 aa', '94 01 bb')).toBe('aabb');
    expect(of('VP9', '8c 01 aa')).toBe('aa');
  });

  it('of several layers are a superframe with its index', () => {
    // Flexible: I, L, F, B, E; temporal and spatial id.
    expect(of('VP9', 'b8 01 00 aa', 'b4 01 00 bb', 'bc 01 02 cc')).toBe(
      plain('aabb cc d9 02000000 01000000 d9'),
    );
    expect(of('VP9', 'bc 01 00 aa', 'bc 01 02 bb', 'bc 01 06 cc')).toBe(
      plain('aa bb cc da 01000000 01000000 01000000 da'),
    );
    // Not flexible: with TL0PICIDX.
    expect(of('VP9', 'ac 01 00 07 aa', 'ac 01 03 07 bb')).toBe(plain('aa bb d9 01000000 01000000 d9'));
  });

  it.each([
    ['a frame without beginning', ['94 01 aa']],
    ['a frame without end', ['98 01 aa']],
    ['a layer without end', ['b8 01 00 aa', 'bc 01 02 bb']],
    ['an upper layer without beginning', ['bc 01 00 aa', 'b4 01 02 bb']],
    ['an upper layer without end', ['bc 01 00 aa', 'b8 01 02 bb']],
    ['layers downwards', ['bc 01 02 aa', 'bc 01 00 bb']],
    ['a layer twice', ['bc 01 00 aa', 'bc 01 00 bb']],
    ['another layer within one', ['b8 01 00 aa', 'b4 01 02 bb']],
    ['two pictures', ['bc 01 00 aa', 'bc 02 02 bb']],
    ['a descriptor alone', ['8c 01']],
  ])('are refused: %s', (_what, payloads) => {
    expect(of('VP9', ...payloads)).toBeNull();
  });
});

describe('sound', () => {
  it.each(['opus', 'PCMA', 'pcmu', 'G722'])('of %s is one payload', (codec) => {
    expect(of(codec, 'fc0102')).toBe('fc0102');
    expect(of(codec, 'fc0102', 'fc')).toBeNull();
    expect(of(codec, '')).toBeNull();
    expect(of(codec)).toBeNull();
  });
});

describe('frames', () => {
  it('are bounded', () => {
    const limited = depacketizer('H264', 64)!;
    const fits = new Uint8Array(60).fill(0x41);
    expect(adding(limited, fits)).toBe(true);
    expect(limited.finish()).toHaveLength(64);
    expect(adding(limited, new Uint8Array(61).fill(0x41))).toBe(false);
    expect(limited.finish()).toBeNull();
    expect(adding(limited, fits)).toBe(true);
    expect(adding(limited, fits)).toBe(false);
    const usual = depacketizer('H264')!;
    const megabyte = memoryOf(new Uint8Array(1024 * 1024).fill(0x41));
    const length = megabyte.u8.length - 4;
    for (let index = 0; index < 4; index++) expect(usual.add(megabyte, 0, length)).toBe(true);
    expect(usual.finish()).toHaveLength(MAX_FRAME_LENGTH);
    for (let index = 0; index < 4; index++) usual.add(megabyte, 0, length);
    expect(usual.add(megabyte, 0, 1)).toBe(false);
  });

  it('are bytes of their own', () => {
    const assembler = depacketizer('VP8')!;
    adding(assembler, hex('10 aa'));
    const first = assembler.finish();
    adding(assembler, hex('10 bb'));
    assembler.finish();
    expect(first).toEqual(hex('aa'));
  });

  it('of other codecs are not known', () => {
    expect(depacketizer('H265')).toBeNull();
  });
});

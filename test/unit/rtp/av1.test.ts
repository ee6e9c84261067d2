import { describe, expect, it } from 'vitest';
import { videoInspector } from '../../../src/rtp/index.js';
import { BitWriter } from './bit-writer.js';
import { payloads } from './captured.js';
import { cutEverywhere, hex, hostile, inspecting } from './support.js';

const inspector = videoInspector('AV1')!;
const { size, starts } = inspecting(inspector);

/** The first temporal units of libaom and SVT-AV1: delimiter, sequence header (both with sizes), frame. */
const encoded: [string, string, string][] = [
  ['640x360', 'libaom', '1200 0a0b 0000000cc4ff6736be4010'],
  ['718x570', 'SVT-AV1', '1200 0a0b 00000024cd9b1c9f7f2008'],
  ['1280x720', 'SVT-AV1, 10 bit', '1200 0a0b 0000002d4cffb3cfbf9404'],
  ['322x242', 'libaom, 4:4:4', '1200 0a0a 200000043d07c4daf902'],
];
/** The sequence header of the first, without its own size as RTP wants it. */
const header = '08 0000000cc4ff6736be4010';
const frame = '30 1032db4a10';

interface Fields {
  readonly timing?: (writer: BitWriter) => void;
  readonly displayDelay?: boolean;
  /** Levels, one an operating point. */
  readonly levels?: readonly number[];
  readonly decoderDelayBits?: number;
}

/** A sequence header for 1281×721 (AV1 5.5.1), alone in its packet. */
function sequence({ timing, displayDelay = false, levels = [5], decoderDelayBits = 0 }: Fields): Uint8Array {
  const writer = new BitWriter().u(8, 0x08).u(3, 0).u(2, 0);
  writer.u(1, timing ? 1 : 0);
  timing?.(writer);
  writer.u(1, displayDelay ? 1 : 0).u(5, levels.length - 1);
  for (const level of levels) {
    writer.u(12, 0xfff).u(5, level);
    if (level > 7) writer.u(1, 1);
    if (decoderDelayBits > 0) writer.u(1, 1).u(decoderDelayBits, 1).u(decoderDelayBits, 1).u(1, 1);
    if (displayDelay) writer.u(1, 1).u(4, 15);
  }
  writer.u(4, 11).u(4, 9).u(12, 1280).u(10, 720);
  return Uint8Array.from([0x18, ...writer.bytes()]);
}

describe('AV1 key frames', () => {
  it.each(encoded)('are recognised and measured: %s of %s', (expected, _encoder, text) => {
    const delimiter = hex(text.slice(0, 4));
    const unit = hex(text.slice(5));
    for (const payload of [
      [0x18, ...unit],
      [0x28, unit.length, ...unit, ...hex(frame)],
      [0x28, delimiter.length, ...delimiter, ...unit],
      [0x08, delimiter.length, ...delimiter, unit.length, ...unit],
      [0x08, 0x80 | unit.length, 0x80, 0x00, ...unit, 6, ...hex(frame)],
    ]) {
      expect(starts(Uint8Array.from(payload))).toBe(true);
      expect(size(Uint8Array.from(payload))).toBe(expected);
    }
  });

  it.each([
    'AV1 L1T1',
    'AV1 L1T3',
    'AV1 L2T2',
    'AV1 L3T3_KEY',
  ])('of Chromium are told from the rest: %s', (stream) => {
    const all = payloads(stream);
    expect(all.map(size)).toEqual(all.map((_, index) => (index === 0 ? '640x360' : null)));
    expect(all.map(starts)).toEqual(all.map((_, index) => index === 0));
  });

  it('may have a sequence header with an extension, and one that goes on in the next packet', () => {
    expect(size(hex(`18 0c 20 ${header.slice(3)}`))).toBe('640x360');
    expect(size(hex(`18 0e 20 0b ${header.slice(3)}`))).toBe('640x360');
    expect(starts(hex('58 08 0000'))).toBe(true);
    expect(size(hex('58 08 0000'))).toBeNull();
  });

  it.each([
    ['a packet that begins no sequence', `10 ${header}`],
    ['the rest of a sequence header', `98 ${header}`],
    ['a frame', `18 ${frame}`],
    ['a frame before the header', `28 06 ${frame} ${header}`],
    ['a delimiter alone', '18 12 00'],
    ['delimiters alone', '08 02 1200 02 1200'],
    ['a damaged header', '18 88 0000000cc4ff6736be4010'],
    ['a header without payload', '18 08'],
    ['an extension without payload', '18 0c 20'],
    ['a header smaller than it says', '18 0a 0c 0000000cc4ff6736be4010'],
    ['a header of size 0', '18 0a 00 0000000cc4ff6736be4010'],
    ['a size that is not there', '18 0a'],
    ['an element of length 0', `28 00 ${header}`],
    ['an element longer than the packet', `28 20 ${header}`],
    ['a length that does not end', '08 ffffffffffffffffff 0c'],
    ['a length that is cut', '08 8c 80'],
    ['an aggregation header alone', '18'],
    ['nothing', ''],
  ])('do not start with %s', (_what, text) => {
    expect(starts(hex(text))).toBe(false);
    expect(size(hex(text))).toBeNull();
  });
});

describe('AV1 sequence headers', () => {
  const tick = (writer: BitWriter) => writer.u(32, 0xffffffff).u(32, 90_000);

  it.each<[string, Fields]>([
    ['one operating point', {}],
    ['levels with a tier', { levels: [8, 7, 31] }],
    ['32 operating points', { levels: Array(32).fill(8) }],
    ['display delays', { displayDelay: true, levels: [5, 9] }],
    ['timing', { timing: (writer) => tick(writer).u(1, 0).u(1, 0) }],
    ['timing of equal pictures', { timing: (writer) => tick(writer).u(1, 1).ue(1000).u(1, 0) }],
    [
      'a decoder model',
      {
        timing: (writer) => tick(writer).u(1, 1).ue(0).u(1, 1).u(5, 31).u(32, 1).u(10, 0x3ff),
        decoderDelayBits: 32,
        displayDelay: true,
        levels: [5, 9, 5],
      },
    ],
  ])('with %s', (_what, fields) => {
    expect(size(sequence(fields))).toBe('1281x721');
  });

  it('of a still picture', () => {
    const reduced = (still: number) =>
      new BitWriter().u(8, 0x08).u(3, 1).u(1, still).u(1, 1).u(5, 5).u(4, 15).u(4, 0).u(16, 0xffff).u(1, 0);
    expect(size(Uint8Array.from([0x18, ...reduced(1).bytes()]))).toBe('65536x1');
    expect(size(Uint8Array.from([0x18, ...reduced(0).bytes()]))).toBeNull();
  });

  it('of a reserved profile have no size', () => {
    const payload = sequence({});
    payload[2]! |= 0x60;
    expect(starts(payload)).toBe(true);
    expect(size(payload)).toBeNull();
  });

  it('with more pictures a tick than there are bits for have no size', () => {
    expect(size(sequence({ timing: (writer) => tick(writer).u(1, 1).u(32, 0).u(1, 1).u(1, 0) }))).toBeNull();
  });

  it('are never read behind their end', () => {
    const plain = hex(`18 ${header}`);
    const withModel = sequence({ displayDelay: true, levels: [5, 9] });
    for (const [payload, started, measured] of [
      [plain, 3, 9],
      [withModel, 3, withModel.length],
      [payloads('AV1 L1T1')[0]!, 13, 13],
    ] as const) {
      const results = cutEverywhere(payload, (memory, offset, length) => {
        const read = inspector.readSize(memory, offset, length, { width: 0, height: 0 });
        return [inspector.startsKeyFrame(memory, offset, length), read];
      });
      for (const [length, result] of results.entries()) {
        expect([length, ...result]).toEqual([length, length >= started, length >= measured]);
      }
    }
  });

  it('survive hostile bytes', () => {
    let read = 0;
    const fixtures = [...payloads('AV1 L1T3'), sequence({ levels: [8, 8] }), hex(`28 0c ${header} ${frame}`)];
    hostile(10, 20_000, fixtures, (memory, offset, length) => {
      const out = { width: 0, height: 0 };
      const started = inspector.startsKeyFrame(memory, offset, length);
      if (!inspector.readSize(memory, offset, length, out)) return;
      read++;
      const sane = out.width > 0 && out.width <= 65536 && out.height > 0 && out.height <= 65536;
      expect(started && sane).toBe(true);
    });
    expect(read).toBeGreaterThan(1000);
  });
});

import { describe, expect, it } from 'vitest';
import { videoInspector } from '../../../src/rtp/index.js';
import { BitWriter } from './bit-writer.js';
import { payloads } from './captured.js';
import { cutEverywhere, hex, hostile, inspecting } from './support.js';

const inspector = videoInspector('VP9')!;
const { size, starts } = inspecting(inspector);

/** How the key frames begin that libvpx makes of each pixel format; ffprobe names the size. */
const encoded: [string, string, string][] = [
  ['640x360', 'yuv420p', '824983420027f016760c38241c188e10'],
  ['322x242', 'yuv444p', 'a249834200028201e2c0c7048383084001'],
  ['640x360', 'yuv420p10le', '924983420013f80b3b061c120e0c4a08'],
  ['718x570', 'gbrp', 'a2498342e02cd023961638241c18e210'],
  ['718x570', 'yuv422p12le', 'b124c1a1420166811cb0b1c120e0c720'],
];
const frame = '824983420027f01676';
const interFrame = '86004092389459c3407018060301aac0';

describe('VP9 key frames', () => {
  it.each(encoded)('of libvpx are recognised and measured: %s %s', (expected, _format, text) => {
    expect(starts(hex(`88 01 ${text}`))).toBe(true);
    expect(size(hex(`88 01 ${text}`))).toBe(expected);
    expect(size(hex(`08 ${text}`))).toBe(expected);
  });

  it.each([
    ['VP9 L1T1 flexible', ['640x360', null, null, null]],
    ['VP9 L1T3', ['640x360', ...Array(7).fill(null)]],
    // The key picture's upper layer is not predicted from earlier pictures either, but cannot be begun with.
    ['VP9 L3T3_KEY', ['320x180', null, null, null, '640x360', ...Array(7).fill(null)]],
  ])('of Chromium are told from the rest: %s', (stream, expected) => {
    expect(payloads(stream).map(size)).toEqual(expected);
    expect(payloads(stream).map(starts)).toEqual(expected.map((value: unknown) => value !== null));
  });

  it.each([
    ['nothing but itself', '08'],
    ['the end of the frame', '0c'],
    ['a short picture id', '88 7f'],
    ['a long picture id', '88 ffff'],
    ['layers and a TL0 picture index', '28 f1 07'],
    ['layers in flexible mode', '38 10'],
    ['everything, non-flexible', 'aa 8001 e0 07 18 0280 0168 02 04 01 0c 03 02 01'],
    ['everything, flexible', 'be 8001 e0 08 02 04 01 0c 03 02 01'],
    ['a picture group without pictures', '0a 08 00'],
    ['a structure that says nothing', '0a e0'],
  ])('are found behind a descriptor with %s', (_what, descriptor) => {
    expect(size(hex(descriptor + frame))).toBe('640x360');
    expect(starts(hex(descriptor + frame))).toBe(true);
    // The same descriptor before an inter frame.
    expect(starts(hex(descriptor + interFrame))).toBe(false);
  });

  it('have the size of the highest spatial layer that has one', () => {
    expect(size(hex(`0a 50 0140 00b4 0280 0168 0500 02d0 ${frame}`))).toBe('1280x720');
    expect(size(hex(`0a 30 0140 00b4 0000 0000 ${frame}`))).toBe('320x180');
    expect(size(hex(`0a 30 0000 00b4 0140 0000 ${frame}`))).toBe('640x360');
  });

  it.each([
    ['the middle of a frame', `80 01 ${frame}`],
    ['prediction from earlier pictures', `c8 01 ${frame}`],
    ['prediction in flexible mode', `d8 01 02 ${frame}`],
    ['an upper spatial layer', `28 02 00 ${frame}`],
    ['an intra-only frame', '08 8702498342'],
    ['a frame that is shown again', '08 8949834200'],
    ['the marker of another codec', '08 c24983420027f01676'],
    ['a profile that is reserved', '08 ba498342'],
    ['a descriptor alone', '08'],
    ['a picture id that is not there', '88'],
    ['half a picture id', '88 80'],
    ['layers without a TL0 picture index', '28 00'],
    ['references that do not end', `d8 01 03 03 03 ${frame}`],
    ['sizes that are cut', '0a 30 0140 00b4 0500'],
    ['a picture group that is cut', '0a 08 02 04 01'],
    ['references of a picture group that are cut', '0a 08 01 0c 01'],
    ['nothing', ''],
  ])('do not start with %s', (_what, text) => {
    expect(starts(hex(text))).toBe(false);
    expect(size(hex(text))).toBeNull();
  });

  it.each([
    ['another sync code', '08 824983430027f01676'],
    ['RGB in a profile without it', '08 82498342e027f01676'],
    ['a reserved bit', '08 a249834202028201e2c0'],
    ['a reserved bit behind RGB', '08 a2498342f02cd023961638'],
    ['a size that is cut', '08 824983420027f016'],
  ])('start, but have no size with %s', (_what, text) => {
    expect(starts(hex(text))).toBe(true);
    expect(size(hex(text))).toBeNull();
  });

  it.each([
    [0, 1],
    [1, 1],
    [2, 0],
    [3, 1],
  ])('have sizes up to 65536 a side in profile %i', (profile, subsampling) => {
    const header = new BitWriter()
      .u(2, 2)
      .u(1, profile & 1)
      .u(1, profile >> 1);
    if (profile === 3) header.u(1, 0);
    header.u(4, 0b0010).u(24, 0x498342);
    if (profile >= 2) header.u(1, 1);
    header.u(3, 2).u(1, 1);
    if (profile % 2 === 1) header.u(2, 3 * subsampling).u(1, 0);
    const bytes = header.u(16, 0xffff).u(16, 0).bytes();
    expect(size(Uint8Array.from([0x08, ...bytes]))).toBe('65536x1');
  });

  it('are never read behind their end', () => {
    const layered = payloads('VP9 L3T3_KEY')[4]!;
    for (const [payload, started, measured] of [
      [hex(`88 01 ${frame}`), 3, 11],
      [payloads('VP9 L1T3')[0]!, 10, 10],
      [layered, 14, 14],
      [hex(`aa 8001 e0 07 08 02 04 01 0c 03 02 01 ${frame}`), 14, 22],
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
    const fixtures = [...payloads('VP9 L1T3'), ...payloads('VP9 L3T3_KEY'), hex(`88 01 ${frame}`)];
    hostile(9, 20_000, fixtures, (memory, offset, length) => {
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

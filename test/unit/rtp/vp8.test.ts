import { describe, expect, it } from 'vitest';
import { videoInspector } from '../../../src/rtp/index.js';
import { cutEverywhere, hex, hostile, inspecting } from './support.js';

const inspector = videoInspector('VP8')!;
const { size, starts } = inspecting(inspector);

/** Payloads as ffmpeg and libvpx make them: a 15-bit picture id, then the frame. */
const encoded360 = hex('90808000 909c00 9d012a 8002 6801 0047088585888584880202e010');
const encoded144 = hex('90808000 b04300 9d012a b000 9000 00070885858885848802020336');
const continuation = hex('80808000 39b1808995a081dfac37');
const frame = '909c00 9d012a 8002 6801 00';

describe('VP8 key frames', () => {
  it('are recognised and measured', () => {
    expect(starts(encoded360)).toBe(true);
    expect(starts(encoded144)).toBe(true);
    expect(size(encoded360)).toBe('640x360');
    expect(size(encoded144)).toBe('176x144');
  });

  it.each([
    ['no extension', '10'],
    ['a non-reference frame', '30'],
    ['an extension without fields', '90 00'],
    ['a short picture id', '90 80 7f'],
    ['a long picture id', '90 80 ffff'],
    ['a TL0 picture index', '90 40 07'],
    ['a temporal layer', '90 20 40'],
    ['a key index', '90 10 1f'],
    ['layer and key index in one byte', '90 30 5f'],
    ['everything', '90 f0 8001 07 5f'],
    ['everything, with a short picture id', '90 f0 01 07 5f'],
  ])('are found behind a descriptor with %s', (_what, descriptor) => {
    expect(size(hex(descriptor + frame))).toBe('640x360');
    expect(starts(hex(descriptor + frame))).toBe(true);
    // The same descriptor before an inter frame.
    expect(starts(hex(`${descriptor}b19c00`))).toBe(false);
  });

  it.each([
    ['the middle of a frame', continuation],
    ['an inter frame', hex('90808001 b1010000')],
    ['another partition', hex(`91 808001 ${frame}`)],
    ['partition 4', hex(`14 ${frame}`)],
    ['no start of a partition', hex(`00 ${frame}`)],
    ['a descriptor alone', hex('10')],
    ['an extended descriptor alone', hex('90 00')],
    ['a picture id that is not there', hex('90 80')],
    ['half a picture id', hex('90 80 80')],
    ['fields that are not there', hex('90 f0 01 07')],
    ['nothing', hex('')],
  ])('do not start with %s', (_what, payload) => {
    expect(starts(payload)).toBe(false);
    expect(size(payload)).toBeNull();
  });

  it('have no size without start code or with a side of zero', () => {
    expect(size(hex('10 909c00 9d012b 8002 6801'))).toBeNull();
    expect(size(hex('10 909c00 9c012a 8002 6801'))).toBeNull();
    expect(size(hex('10 909c00 9d012a 0000 6801'))).toBeNull();
    expect(size(hex('10 909c00 9d012a 8002 0000'))).toBeNull();
    expect(size(hex('10 909c00 9d012a 0040 6801'))).toBeNull();
  });

  it('have a size of 14 bits, scaling hint left out', () => {
    expect(size(hex('10 909c00 9d012a 80c2 6841'))).toBe('640x360');
    expect(size(hex('10 909c00 9d012a ff3f ff3f'))).toBe('16383x16383');
  });

  it('are never read behind their end', () => {
    for (const payload of [encoded360, encoded144, hex(`90 f0 8001 07 5f ${frame}`)]) {
      const frameAt = payload.length - hex(frame).length;
      const start = payload === encoded360 || payload === encoded144 ? 4 : frameAt;
      const results = cutEverywhere(payload, (memory, offset, length) => {
        const out = { width: 0, height: 0 };
        const read = inspector.readSize(memory, offset, length, out);
        return [inspector.startsKeyFrame(memory, offset, length), read, out.width > 0];
      });
      for (const [length, result] of results.entries()) {
        expect(result).toEqual([length > start, length >= start + 10, length >= start + 10]);
      }
    }
  });

  it('survive hostile bytes', () => {
    let read = 0;
    hostile(8, 20_000, [encoded360, encoded144, continuation], (memory, offset, length) => {
      const out = { width: 0, height: 0 };
      const started = inspector.startsKeyFrame(memory, offset, length);
      if (!inspector.readSize(memory, offset, length, out)) return;
      read++;
      expect(started && out.width > 0 && out.width < 16384 && out.height > 0 && out.height < 16384).toBe(
        true,
      );
    });
    expect(read).toBeGreaterThan(1000);
  });
});

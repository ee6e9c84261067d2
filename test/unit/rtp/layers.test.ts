import { describe, expect, it } from 'vitest';
import {
  layerReader,
  type PacketLayers,
  pictureDescriptor,
  Vp8Descriptor,
  Vp9Descriptor,
  writePictureId,
  writeTl0PictureIndex,
} from '../../../src/rtp/index.js';
import { payloads } from './captured.js';
import { atEnd, cutEverywhere, hex, hostile, PREFIX, toHex } from './support.js';

const UNREAD: PacketLayers = {
  temporalId: -1,
  spatialId: -1,
  startsFrame: false,
  endsFrame: false,
  layerSync: false,
  switchingUp: false,
  pictureId: -2,
  tl0PictureIndex: -2,
};

function read(codec: string, payload: Uint8Array): PacketLayers | null {
  const out = { ...UNREAD };
  if (layerReader(codec)!.read(atEnd(payload), PREFIX, payload.length, out)) return out;
  expect(out).toEqual(UNREAD);
  return null;
}

/** In short: temporal and spatial layer, s and e for start and end, y and u for the switches, both numbers. */
function brief(codec: string, payload: Uint8Array): string | null {
  const layers = read(codec, payload);
  if (!layers) return null;
  const flags = [
    layers.startsFrame ? 's' : '',
    layers.endsFrame ? 'e' : '',
    layers.layerSync ? 'y' : '',
    layers.switchingUp ? 'u' : '',
  ].join('');
  return `T${layers.temporalId} S${layers.spatialId} ${flags} ${layers.pictureId} ${layers.tl0PictureIndex}`;
}

describe('layers of VP8', () => {
  it('are told by what Chromium sends in three temporal layers', () => {
    expect(payloads('VP8 L1T3').map((payload) => brief('VP8', payload))).toEqual([
      'T0 S0 sy 16639 119',
      'T2 S0 sy 16640 119',
      'T1 S0 sy 16641 119',
      'T0 S0 s 16642 120',
      'T0 S0  16642 120',
      'T2 S0 s 16643 120',
      'T1 S0 s 16644 120',
      'T2 S0 s 16645 120',
    ]);
  });

  it.each([
    ['nothing', '10 01', 'T0 S0 s -1 -1'],
    ['a partition that is not the first', '11 01', 'T0 S0  -1 -1'],
    ['a short picture id', '90 80 7f 01', 'T0 S0 s 127 -1'],
    ['a long picture id', '90 80 ffff 01', 'T0 S0 s 32767 -1'],
    ['a key index, which is no layer', '90 10 ff 01', 'T0 S0 s -1 -1'],
    ['a layer', '90 20 e0 01', 'T3 S0 sy -1 -1'],
    ['a TL0 picture index', '90 40 ff 01', 'T0 S0 s -1 255'],
  ])('are told by a descriptor with %s', (_what, text, expected) => {
    expect(brief('vp8', hex(text))).toBe(expected);
  });

  it('keep continuous numbers when their fields are written anew', () => {
    const payload = payloads('VP8 L1T3')[1]!;
    const [memory, descriptor] = [atEnd(payload), new Vp8Descriptor()];
    expect(descriptor.parse(memory, PREFIX, payload.length)).toBe(true);
    expect(descriptor).toMatchObject({
      length: 6,
      pictureIdOffset: PREFIX + 2,
      pictureIdLength: 2,
      tl0PictureIndexOffset: PREFIX + 4,
    });
    writePictureId(memory, descriptor.pictureIdOffset, descriptor.pictureIdLength, 32768 + 5);
    writeTl0PictureIndex(memory, descriptor.tl0PictureIndexOffset, 256 + 3);
    expect(toHex(memory, PREFIX, 8)).toBe('b0e0800503a07129');
    expect(brief('VP8', memory.u8.slice(PREFIX))).toBe('T2 S0 sy 5 3');

    const short = atEnd(hex('90 80 7f 01'));
    expect(descriptor.parse(short, PREFIX, 4)).toBe(true);
    expect(descriptor).toMatchObject({ length: 3, pictureIdOffset: PREFIX + 2, pictureIdLength: 1 });
    expect(descriptor.tl0PictureIndexOffset).toBe(-1);
    writePictureId(short, descriptor.pictureIdOffset, descriptor.pictureIdLength, 129);
    expect(toHex(short, PREFIX, 4)).toBe('90800101');
  });
});

describe('layers of VP9', () => {
  it('have numbers that can be written over where they lie', () => {
    const descriptor = new Vp9Descriptor();
    const memory = atEnd(hex('a8 8001 e0 07 a1'));
    expect(descriptor.parse(memory, PREFIX, 6)).toBe(true);
    expect(descriptor).toMatchObject({
      pictureIdOffset: PREFIX + 1,
      pictureIdLength: 2,
      tl0PictureIndexOffset: PREFIX + 4,
    });
    writePictureId(memory, descriptor.pictureIdOffset, descriptor.pictureIdLength, 32768 + 5);
    writeTl0PictureIndex(memory, descriptor.tl0PictureIndexOffset, 256 + 3);
    expect(toHex(memory, PREFIX, 6)).toBe('a88005e003a1');

    // Flexible mode has no TL0PICIDX; without I there is no picture id either.
    expect(descriptor.parse(atEnd(hex('b8 7f 00 a1')), PREFIX, 4)).toBe(true);
    expect(descriptor).toMatchObject({ pictureIdLength: 1, tl0PictureIndexOffset: -1 });
    expect(descriptor.parse(atEnd(hex('08 a1')), PREFIX, 2)).toBe(true);
    expect(descriptor).toMatchObject({ pictureIdOffset: -1, pictureIdLength: 0 });
    expect(descriptor.parse(atEnd(hex('88 80')), PREFIX, 2)).toBe(false);
    expect(pictureDescriptor('vp9')).toBeInstanceOf(Vp9Descriptor);
    expect(pictureDescriptor('AV1')).toBeNull();
  });

  it('are told by what Chromium sends in three temporal layers', () => {
    expect(payloads('VP9 L1T3').map((payload) => brief('VP9', payload))).toEqual([
      'T0 S0 seu 3689 -1',
      'T2 S0 seu 3690 -1',
      'T1 S0 su 3691 -1',
      'T1 S0 eu 3691 -1',
      'T2 S0 seu 3692 -1',
      'T0 S0 su 3693 -1',
      'T0 S0 eu 3693 -1',
      'T2 S0 seu 3694 -1',
    ]);
  });

  it('are told by what Chromium sends when a second spatial layer begins', () => {
    expect(payloads('VP9 L3T3_KEY').map((payload) => brief('VP9', payload))).toEqual([
      'T0 S0 seu 24547 -1',
      'T2 S0 seu 24548 -1',
      'T1 S0 seu 24549 -1',
      'T2 S0 seu 24550 -1',
      'T0 S0 seu 24575 -1',
      'T0 S1 su 24575 -1',
      'T0 S1 eu 24575 -1',
      'T2 S0 seu 24576 -1',
      'T2 S1 seu 24576 -1',
      'T1 S0 seu 24577 -1',
      'T1 S1 seu 24577 -1',
      'T2 S0 seu 24578 -1',
    ]);
  });

  it.each([
    ['nothing', '08 82', 'T0 S0 s -1 -1'],
    ['the end of a frame', '04 82', 'T0 S0 e -1 -1'],
    ['a short picture id', '80 7f 82', 'T0 S0  127 -1'],
    ['a long picture id', '80 ffff 82', 'T0 S0  32767 -1'],
    ['the highest layers', '20 ee 2a 82', 'T7 S7  -1 42'],
    ['layers in flexible mode', '30 4a 82', 'T2 S5  -1 -1'],
    ['three references', 'f0 05 10 030302 82', 'T0 S0 u 5 -1'],
  ])('are told by a descriptor with %s', (_what, text, expected) => {
    expect(brief('vp9', hex(text))).toBe(expected);
  });
});

describe('layerReader', () => {
  it('has none for what does not tell', () => {
    for (const codec of ['AV1', 'H264', 'opus', '']) expect(layerReader(codec)).toBeNull();
  });

  it.each([
    ['VP8', '90 f0 8001 07 5f 01', 7],
    ['VP9', 'fa 8001 50 0302 18 0280 0168 02 04 01 0c 03 02 01 82', 19],
    ['VP9', 'aa 8001 50 07 18 0280 0168 01 0c 03 02 01 82', 16],
  ])('reads nothing outside: %s %s', (codec, text, whole) => {
    const reader = layerReader(codec)!;
    const results = cutEverywhere(hex(text), (memory, offset, length) =>
      reader.read(memory, offset, length, { ...UNREAD }),
    );
    expect(results).toHaveLength(whole + 1);
    for (const [length, result] of results.entries())
      expect([length, result]).toEqual([length, length >= whole]);
  });

  it.each([
    ['VP8', 'VP8 L1T3'],
    ['VP9', 'VP9 L3T3_KEY'],
  ])('survives hostile bytes: %s', (codec, stream) => {
    const reader = layerReader(codec)!;
    let count = 0;
    hostile(11, 20_000, payloads(stream), (memory, offset, length) => {
      const out = { ...UNREAD };
      if (!reader.read(memory, offset, length, out)) return;
      count++;
      const sane =
        out.temporalId >= 0 &&
        out.temporalId <= 7 &&
        out.spatialId >= 0 &&
        out.spatialId <= 7 &&
        out.pictureId >= -1 &&
        out.pictureId <= 32767 &&
        out.tl0PictureIndex >= -1 &&
        out.tl0PictureIndex <= 255;
      expect(sane).toBe(true);
    });
    expect(count).toBeGreaterThan(1000);
  });
});

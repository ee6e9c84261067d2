import { describe, expect, it } from 'vitest';
import { videoInspector } from '../../../src/rtp/index.js';
import { BitWriter } from './bit-writer.js';
import { type SpsFields, sps } from './sps-writer.js';
import { cutEverywhere, hex, hostile, inspecting } from './support.js';

const inspector = videoInspector('H264')!;
const { size, starts } = inspecting(inspector);

/** Aggregation packets with the parameter sets that libx264 makes. */
const encoded = {
  '640x480': hex('18 0018 6742c01eda0280f6c044000003000400000300f03c58ba80 0004 68ce0fc8'),
  '1920x1080': hex('18 001a 674d4028eca03c0113f2e022000003000200000300781e30632c 0004 68ef8fc8'),
  '1280x720': hex('18 001a 6764001facd9405005bb0110000003001000000303c0f1831960 0004 68ef8fcb'),
  '718x570': hex('18 001a 677a001ebcd940b424f5260220000003002000000643e28532c0 0004 68fe8fcb'),
  '322x242': hex('18 001a 67f4000d919b282a10f1f1f808800000030080000019078a14cb 0006 68ef8f192190'),
};

function sizeOf(fields: SpsFields): string | null {
  return size(sps(fields).nal());
}

/** The High profiles' fields: format, separate planes if 4:4:4, depths, and no scaling lists. */
function chroma(format: number, separatePlanes = 0): (writer: BitWriter) => void {
  return (writer) => {
    writer.ue(format);
    if (format === 3) writer.u(1, separatePlanes);
    writer.ue(0).ue(0).u(1, 0).u(1, 0);
  };
}

describe('H.264 key frames', () => {
  it('start with a parameter set, alone or aggregated', () => {
    expect(starts(hex('6742c01eda'))).toBe(true);
    expect(starts(hex('2742c01eda'))).toBe(true);
    for (const payload of Object.values(encoded)) expect(starts(payload)).toBe(true);
    expect(starts(hex('18 0002 09f0 0005 6742c01eda'))).toBe(true);
  });

  it.each([
    ['a picture parameter set', '68ce0fc8'],
    ['an IDR slice alone', '6588840400'],
    ['a slice', '419a000000'],
    ['a fragment of an IDR slice', '7c85888400'],
    ['an aggregate without parameter set', '18 0004 68ce0fc8 0002 0605'],
    ['an aggregate of another type', '19 0000 0005 6742c01eda'],
    ['a damaged unit', 'e742c01eda'],
    ['a damaged unit in an aggregate', '18 0005 e742c01eda'],
    ['a parameter set without its level', '6742c0'],
    ['an aggregated one without its level', '18 0003 6742c0 00'],
    ['an empty unit before it', '18 0000 0005 6742c01eda'],
    ['a unit longer than the aggregate', '18 0006 6742c01eda'],
    ['a size without a unit', '18 0005'],
    ['nothing', ''],
  ])('do not start with %s', (_what, text) => {
    expect(starts(hex(text))).toBe(false);
    expect(size(hex(text))).toBeNull();
  });
});

describe('H.264 picture sizes', () => {
  it.each(Object.entries(encoded))('are read from what libx264 makes: %s', (expected, payload) => {
    expect(size(payload)).toBe(expected);
    expect(size(payload.slice(3, 3 + payload[2]!))).toBe(expected);
  });

  it('of Baseline 640x480', () => {
    expect(sizeOf({ columns: 40, rows: 30 })).toBe('640x480');
  });

  it('of cropped 1920x1080', () => {
    expect(sizeOf({ columns: 120, rows: 68, crop: [0, 0, 0, 4] })).toBe('1920x1080');
    expect(sizeOf({ columns: 120, rows: 68, crop: [1, 2, 3, 4] })).toBe('1914x1074');
  });

  it('of fields', () => {
    expect(sizeOf({ columns: 120, rows: 34, framesOnly: false, crop: [0, 0, 0, 2] })).toBe('1920x1080');
  });

  it.each([
    [0, 0, '637x477'],
    [1, 0, '634x474'],
    [2, 0, '634x477'],
    [3, 0, '637x477'],
    [3, 1, '637x477'],
  ])('of chroma format %i, separate planes %i: in its cropping units', (format, separate, expected) => {
    const fields: SpsFields = { columns: 40, rows: 30, crop: [1, 2, 1, 2], profile: 244 };
    expect(sizeOf({ ...fields, chroma: chroma(format, separate) })).toBe(expected);
  });

  it.each([
    44, 83, 86, 100, 110, 118, 122, 128, 134, 135, 138, 139, 244,
  ])('of profile %i, which has the chroma fields', (profile) => {
    expect(sizeOf({ profile, chroma: chroma(1), columns: 80, rows: 45 })).toBe('1280x720');
  });

  it.each([66, 77, 88])('of profile %i, which has none', (profile) => {
    expect(sizeOf({ profile, columns: 80, rows: 45 })).toBe('1280x720');
  });

  it.each([
    [1, 8],
    [3, 12],
  ])('behind scaling lists, chroma format %i with %i of them', (format, lists) => {
    const fields: SpsFields = { profile: 100, columns: 80, rows: 45 };
    fields.chroma = (writer) => {
      writer.ue(format);
      if (format === 3) writer.u(1, 0);
      writer.ue(0).ue(0).u(1, 0).u(1, 1);
      for (let list = 0; list < lists; list++) {
        writer.u(1, list % 3 === 2 ? 0 : 1);
        if (list % 3 === 2) continue;
        const entries = list < 6 ? 16 : 64;
        // Every other list ends early: a scale of 0 stands for "as the last".
        if (list % 2 === 0) writer.se(5).se(-13);
        else for (let entry = 0; entry < entries; entry++) writer.se(entry % 2 === 0 ? 120 : -119);
      }
    };
    expect(sizeOf(fields)).toBe('1280x720');
  });

  it('behind every type of picture order count', () => {
    const fields: SpsFields = { columns: 40, rows: 30 };
    expect(sizeOf({ ...fields, order: (writer) => writer.ue(0).ue(12) })).toBe('640x480');
    const cycle = (writer: BitWriter) => {
      writer.ue(1).u(1, 1).se(-70_000).se(3).ue(255);
      for (let index = 0; index < 255; index++) writer.se(index - 128);
    };
    expect(sizeOf({ ...fields, order: cycle })).toBe('640x480');
  });

  it('through emulation prevention bytes', () => {
    // Two offsets of many zero bits put the fields behind them after 00 00 03 01 and 00 00 03 00.
    const order = (writer: BitWriter) =>
      writer
        .ue(1)
        .u(1, 0)
        .se(2 ** 24)
        .se(-(2 ** 26))
        .ue(0);
    const writer = sps({ columns: 40, rows: 30, order, constraints: 0, level: 0, id: 31 });
    const unit = writer.nal();
    expect(unit.length).toBeGreaterThan(writer.raw().length + 2);
    expect(size(unit)).toBe('640x480');
    const unprotected = Uint8Array.from([0x67, ...writer.raw()]);
    expect(size(unprotected)).toBe('640x480');
  });

  it('through emulation prevention bytes at every alignment', () => {
    const units: string[] = [];
    for (let id = 0; id < 32; id = 2 * id + 1) {
      for (let zeros = 8; zeros < 31; zeros++) {
        // So many zeros, two ones, and zeros again.
        const offset = 2 ** (zeros - 1) + 2 ** (zeros - 2);
        const order = (writer: BitWriter) => writer.ue(1).u(1, 0).se(offset).se(-offset).ue(0);
        const unit = sps({ columns: 40, rows: 30, order, id }).nal();
        expect(size(unit)).toBe('640x480');
        units.push(Buffer.from(unit).toString('hex'));
      }
    }
    // A 3 that is data, because the zero before it is only the first since the byte left out.
    expect(units.some((unit) => unit.includes('0000030003'))).toBe(true);
  });

  it('up to 16384 a side', () => {
    expect(sizeOf({ columns: 1024, rows: 1024 })).toBe('16384x16384');
    expect(sizeOf({ columns: 1025, rows: 1 })).toBeNull();
    expect(sizeOf({ columns: 1, rows: 1025 })).toBeNull();
    expect(sizeOf({ columns: 1, rows: 513, framesOnly: false })).toBeNull();
    expect(sizeOf({ columns: 2 ** 31, rows: 2 ** 31 })).toBeNull();
  });
});

describe('hostile parameter sets', () => {
  const good: SpsFields = { columns: 40, rows: 30 };
  const high = { ...good, profile: 100 };

  it.each<[string, SpsFields]>([
    ['an id above 31', { ...good, id: 32 }],
    ['a frame number of too many bits', { ...good, log2MaxFrameNumber: 13 }],
    ['too many reference frames', { ...good, referenceFrames: 17 }],
    ['an unknown picture order count', { ...good, order: (writer) => writer.ue(3) }],
    ['a picture order count of too many bits', { ...good, order: (writer) => writer.ue(0).ue(13) }],
    ['too long a cycle', { ...good, order: (writer) => writer.ue(1).u(1, 0).se(0).se(0).ue(256) }],
    ['an unknown chroma format', { ...high, chroma: (writer) => writer.ue(4) }],
    ['too deep luma', { ...high, chroma: (writer) => writer.ue(1).ue(7).ue(0).u(2, 0) }],
    ['too deep chroma', { ...high, chroma: (writer) => writer.ue(1).ue(0).ue(7).u(2, 0) }],
    ['a scale out of range', { ...high, chroma: (writer) => writer.ue(1).ue(0).ue(0).u(3, 0b011).se(128) }],
    ['more cropped than there is', { ...good, crop: [160, 160, 0, 0] }],
    ['as high a crop as can be written', { ...good, crop: [0, 0, 2 ** 32 - 2, 2 ** 32 - 2] }],
  ])('are refused for %s', (_what, fields) => {
    expect(sizeOf(fields)).toBeNull();
  });

  it('are refused for runs of zeros, ended or not', () => {
    const head = () => new BitWriter().u(24, 0x42c01f);
    expect(
      size(
        head()
          .u(31, 0)
          .u(32, 2 ** 31)
          .nal(),
      ),
    ).toBeNull();
    expect(size(head().u(32, 0).u(1, 1).u(32, 0).nal())).toBeNull();
    const longOffset = (zeros: number) => (writer: BitWriter) =>
      writer.ue(1).u(1, 0).u(zeros, 0).u(1, 1).u(zeros, 0).se(0).ue(0);
    expect(sizeOf({ ...good, order: longOffset(31) })).toBe('640x480');
    expect(sizeOf({ ...good, order: longOffset(32) })).toBeNull();
    expect(size(head().u(2000, 0).nal())).toBeNull();
    expect(size(Uint8Array.from([0x67, ...Array(1400).fill(0)]))).toBeNull();
  });

  it('are refused where they end too early, and read no further', () => {
    const writer = sps({ ...good, crop: [0, 0, 0, 4] });
    // The header, and all bits but the last: that one, whether there is a VUI, comes behind the cropping.
    const needed = 1 + Math.ceil((writer.length - 1) / 8);
    const sizes = cutEverywhere(writer.nal(), (memory, offset, length) => {
      const out = { width: 0, height: 0 };
      return inspector.readSize(memory, offset, length, out) ? `${out.width}x${out.height}` : null;
    });
    for (const [length, read] of sizes.entries()) expect(read).toBe(length < needed ? null : '640x472');
  });

  it('are refused when their aggregate is cut', () => {
    for (const [expected, payload] of Object.entries(encoded)) {
      const unitEnd = 3 + payload[2]!;
      const results = cutEverywhere(payload, (memory, offset, length) => {
        const out = { width: 0, height: 0 };
        const read = inspector.readSize(memory, offset, length, out);
        expect(inspector.startsKeyFrame(memory, offset, length)).toBe(read);
        return read ? `${out.width}x${out.height}` : null;
      });
      for (const [length, result] of results.entries())
        expect(result).toBe(length < unitEnd ? null : expected);
    }
  });

  it('end in a stray emulation prevention byte', () => {
    expect(size(hex('6742c01f000003'))).toBeNull();
    expect(size(hex('67000003'))).toBeNull();
  });

  it('survive hostile bytes', () => {
    const alone = Object.values(encoded).map((payload) => payload.slice(3, 3 + payload[2]!));
    let read = 0;
    hostile(7, 20_000, [...Object.values(encoded), ...alone], (memory, offset, length) => {
      const out = { width: 0, height: 0 };
      const started = inspector.startsKeyFrame(memory, offset, length);
      if (!inspector.readSize(memory, offset, length, out)) return;
      read++;
      const sane = started && out.width > 0 && out.width <= 16384 && out.height > 0 && out.height <= 16384;
      expect(sane && Number.isInteger(out.width + out.height)).toBe(true);
    });
    expect(read).toBeGreaterThan(1000);
  });
});

describe('videoInspector', () => {
  it('knows codecs by name, in any case', () => {
    for (const name of ['H264', 'h264', 'VP8', 'vp8', 'VP9', 'vp9', 'AV1', 'av1'])
      expect(videoInspector(name)).not.toBeNull();
    for (const name of ['H265', 'opus', '', 'constructor']) expect(videoInspector(name)).toBeNull();
  });
});

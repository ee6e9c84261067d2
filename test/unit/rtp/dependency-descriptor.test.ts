import { describe, expect, it } from 'vitest';
import { DependencyDescriptor } from '../../../src/rtp/index.js';
import { BitWriter } from './bit-writer.js';
import { descriptors } from './captured.js';
import { atEnd, cutEverywhere, hex, hostile, PREFIX } from './support.js';

/** In short: frame, layers, s and e for start and end, ! for a structure, indications. */
function brief(reader: DependencyDescriptor, bytes: Uint8Array): string | null {
  if (!reader.read(atEnd(bytes), PREFIX, bytes.length)) return null;
  const { structure } = reader;
  const indications = [...reader.indications.slice(0, structure.targetCount)].map((one) => '-DSR'[one]);
  const flags = `${reader.startsFrame ? 's' : ''}${reader.endsFrame ? 'e' : ''}${reader.hasStructure ? '!' : ''}`;
  return `${reader.frameNumber} T${reader.temporalId}S${reader.spatialId} ${flags} ${indications.join('')}`;
}

function briefs(stream: string): (string | null)[] {
  const reader = new DependencyDescriptor();
  return descriptors(stream).map((bytes) => brief(reader, bytes));
}

function structureOf(stream: string) {
  const reader = new DependencyDescriptor();
  expect(brief(reader, descriptors(stream)[0]!)).not.toBeNull();
  const { structure } = reader;
  const targets = Array.from(
    { length: structure.targetCount },
    (_, target) => `T${structure.targetTemporalIds[target]}S${structure.targetSpatialIds[target]}`,
  );
  const sizes = Array.from(
    { length: structure.resolutionCount },
    (_, layer) => `${structure.widths[layer]}x${structure.heights[layer]}`,
  );
  return {
    templates: structure.templateCount,
    targets,
    chains: structure.chainCount,
    sizes,
    active: reader.activeTargets,
  };
}

describe('dependency descriptors of Chromium', () => {
  it('have structures', () => {
    const size = '640x360';
    expect(structureOf('AV1 L1T1')).toEqual({
      templates: 2,
      targets: ['T0S0'],
      chains: 1,
      sizes: [size],
      active: 1,
    });
    expect(structureOf('AV1 L1T3')).toEqual({
      templates: 5,
      targets: ['T0S0', 'T1S0', 'T2S0'],
      chains: 1,
      sizes: [size],
      active: 0b111,
    });
    expect(structureOf('AV1 L2T2')).toEqual({
      templates: 6,
      targets: ['T0S0', 'T1S0', 'T0S1', 'T1S1'],
      chains: 2,
      sizes: ['320x180', size],
      active: 0b1111,
    });
    expect(structureOf('AV1 L3T3_KEY')).toEqual({
      templates: 10,
      targets: ['T0S0', 'T1S0', 'T2S0', 'T0S1', 'T1S1', 'T2S1'],
      chains: 2,
      sizes: ['320x180', size],
      active: 0b111111,
    });
  });

  it('tell of each packet', () => {
    expect(briefs('AV1 L1T1')).toEqual(['1 T0S0 se! S', '2 T0S0 se S', '3 T0S0 s S', '3 T0S0 e S']);
    expect(briefs('AV1 L1T3')).toEqual([
      '1 T0S0 se! SSS',
      '2 T2S0 se --D',
      '3 T1S0 se -DS',
      '4 T2S0 se --D',
      '5 T0S0 s SSS',
      '5 T0S0 e SSS',
    ]);
    expect(briefs('AV1 L2T2')).toEqual([
      '1 T0S0 se! SSSS',
      '2 T0S1 se --SS',
      '3 T1S0 se -D-R',
      '4 T1S1 se ---D',
      '5 T0S0 se SSRR',
      '6 T0S1 se --SS',
      '7 T1S0 se -D-R',
      '8 T1S1 se ---D',
    ]);
    expect(briefs('AV1 L3T3_KEY').slice(0, 6)).toEqual([
      '1 T0S0 se! SSSSSS',
      '2 T0S1 se ---SSS',
      '3 T2S0 se --D---',
      '4 T2S1 se -----D',
      '5 T1S0 se -DS---',
      '6 T1S1 se ----DS',
    ]);
  });
});

/** Behind `first`, the template id, and the frame number: the five flags, then what `write` adds. */
function extended(first: number, flags: number, write: (writer: BitWriter) => void = () => {}): Uint8Array {
  const writer = new BitWriter().u(8, first).u(16, 9).u(5, flags);
  write(writer);
  return writer.bytes();
}

/** A structure of template id 62 on with two templates, T0 and T1, and as many decode targets, no chain. */
function twoTemplates(writer: BitWriter): void {
  writer.u(6, 62).u(5, 1).u(2, 1).u(2, 3).u(8, 0b10_10_00_01).u(2, 0).u(2, 0).u(1, 0);
}

describe('a dependency descriptor', () => {
  it('needs a structure first', () => {
    expect(brief(new DependencyDescriptor(), hex('c10002'))).toBeNull();
  });

  it('counts templates from the offset of the structure, round 64', () => {
    const reader = new DependencyDescriptor();
    expect(brief(reader, extended(0xc0 | 62, 0b10000, twoTemplates))).toBe('9 T0S0 se! SS');
    expect(brief(reader, hex('bf0009'))).toBe('9 T1S0 s -D');
    expect(brief(reader, hex('800009'))).toBeNull();
    expect(brief(reader, hex('bd0009'))).toBeNull();
  });

  it('may say for itself what its template says otherwise', () => {
    const reader = new DependencyDescriptor();
    expect(brief(reader, descriptors('AV1 L2T2')[0]!)).not.toBeNull();
    const custom = extended(0xc3, 0b01111, (writer) =>
      writer.u(4, 0b0101).u(8, 0b00_01_10_11).u(2, 1).u(4, 3).u(2, 3).u(12, 99).u(2, 0).u(8, 200).u(8, 7),
    );
    expect(brief(reader, custom)).toBe('9 T0S1 se -DSR');
    expect(reader.activeTargets).toBe(0b0101);
    expect(brief(reader, hex('c3000a'))).toBe('10 T0S1 se --SS');
    expect(reader.activeTargets).toBe(0b0101);
    expect(brief(reader, descriptors('AV1 L2T2')[0]!)).not.toBeNull();
    expect(reader.activeTargets).toBe(0b1111);
  });

  it('may have 32 decode targets and 64 templates, not 65', () => {
    const many = (templates: number) =>
      extended(0xc0, 0b10000, (writer) => {
        writer.u(6, 0).u(5, 31);
        for (let template = 1; template < templates; template++) writer.u(2, 0);
        writer.u(2, 3);
        for (let one = 0; one < templates * 32; one++) writer.u(2, 2);
        writer.u(templates, 0).u(5, 0).u(1, 0);
      });
    const reader = new DependencyDescriptor();
    expect(brief(reader, many(64))).toBe(`9 T0S0 se! ${'S'.repeat(32)}`);
    expect(reader.structure).toMatchObject({ templateCount: 64, targetCount: 32, chainCount: 0 });
    expect(reader.activeTargets).toBe(0xffffffff);
    expect(brief(new DependencyDescriptor(), many(65))).toBeNull();
  });

  it.each([
    ['8 temporal layers', 1, 8, true],
    ['9 temporal layers', 1, 9, false],
    ['4 spatial layers', 2, 4, true],
    ['5 spatial layers', 2, 5, false],
  ])('with %s', (_what, step, layers, valid) => {
    const bytes = extended(0xc0, 0b10000, (writer) => {
      writer.u(6, 0).u(5, 0);
      for (let layer = 1; layer < layers; layer++) writer.u(2, step);
      writer
        .u(2, 3)
        .u(2 * layers, 0)
        .u(layers, 0)
        .u(1, 0)
        .u(1, 0);
    });
    expect(brief(new DependencyDescriptor(), bytes)).toBe(valid ? '9 T0S0 se! -' : null);
  });

  it('is not read any more once the structure is forgotten, until another comes', () => {
    const reader = new DependencyDescriptor();
    const [first, second] = descriptors('AV1 L1T3') as [Uint8Array, Uint8Array];
    expect(brief(reader, first)).not.toBeNull();
    reader.forget();
    expect(brief(reader, second)).toBeNull();
    expect(brief(reader, first)).not.toBeNull();
    expect(brief(reader, second)).toBe('2 T2S0 se --D');
  });

  it('that is malformed leaves the structure as it was', () => {
    const reader = new DependencyDescriptor();
    const [first, second] = descriptors('AV1 L1T3') as [Uint8Array, Uint8Array];
    expect(brief(reader, first)).not.toBeNull();
    const other = descriptors('AV1 L3T3_KEY')[0]!;
    for (let length = 4; length < other.length - 1; length++) {
      expect([length, brief(reader, other.slice(0, length))]).toEqual([length, null]);
    }
    expect(brief(reader, second)).toBe('2 T2S0 se --D');
    expect(reader.activeTargets).toBe(0b111);
  });

  it.each([
    'AV1 L1T1',
    'AV1 L1T3',
    'AV1 L2T2',
    'AV1 L3T3_KEY',
  ])('is never read behind its end: %s', (stream) => {
    const [first, second] = descriptors(stream) as [Uint8Array, Uint8Array];
    const whole = cutEverywhere(first, (memory, offset, length) =>
      new DependencyDescriptor().read(memory, offset, length),
    );
    // What is behind the last resolution is at most padding.
    expect(whole.slice(0, -2)).toEqual(Array(first.length - 1).fill(false));
    expect(whole.at(-1)).toBe(true);
    const reader = new DependencyDescriptor();
    expect(brief(reader, first)).not.toBeNull();
    expect(cutEverywhere(second, (memory, offset, length) => reader.read(memory, offset, length))).toEqual([
      false,
      false,
      false,
      true,
    ]);
  });

  it('survives hostile bytes', () => {
    const reader = new DependencyDescriptor();
    let read = 0;
    const fixtures = ['AV1 L1T3', 'AV1 L2T2', 'AV1 L3T3_KEY'].flatMap((stream) => descriptors(stream));
    hostile(12, 20_000, fixtures, (memory, offset, length) => {
      if (!reader.read(memory, offset, length)) return;
      read++;
      const { structure } = reader;
      const sane =
        structure.templateCount <= 64 &&
        structure.targetCount <= 32 &&
        structure.chainCount <= structure.targetCount &&
        reader.temporalId < 8 &&
        reader.spatialId < 4;
      expect(sane).toBe(true);
    });
    expect(read).toBeGreaterThan(1000);
  });
});

import { describe, expect, it } from 'vitest';
import { mpeg1Size } from '../../../src/containers/index.js';
import { hex } from '../rtp/support.js';

const HEADER = hex('000001b3 1400f0 13');

describe('mpeg1Size', () => {
  it('reads twelve bits for each side', () => {
    expect(mpeg1Size(HEADER)).toEqual({ width: 320, height: 240 });
    expect(mpeg1Size(hex('000001b3 ffffff'))).toEqual({ width: 4095, height: 4095 });
    expect(mpeg1Size(hex('000001b3 28016813'))).toEqual({ width: 640, height: 360 });
  });

  it('is null for what is no sequence header, or has no size', () => {
    for (let cut = 0; cut < 7; cut += 1) expect(mpeg1Size(HEADER.slice(0, cut))).toBeNull();
    for (const bytes of ['00000100 1400f013', '010001b3 1400f013', '000101b3 1400f013', '000002b3 1400f013'])
      expect(mpeg1Size(hex(bytes))).toBeNull();
    for (const bytes of ['000001b3 0000f013', '000001b3 14000013']) expect(mpeg1Size(hex(bytes))).toBeNull();
  });
});

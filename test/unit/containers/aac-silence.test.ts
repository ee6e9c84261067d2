import { describe, expect, it } from 'vitest';
import { aacConfiguration, aacSilence } from '../../../src/containers/index.js';
import { hex } from '../rtp/support.js';
import { text } from './support.js';

describe('AAC silence', () => {
  it.each([
    [1, '1188', '00000007'],
    [2, '1190', '2000000000000e'],
  ] as const)('of %i channels', (channels, configuration, frame) => {
    expect(text(aacConfiguration(channels))).toBe(configuration);
    expect(text(aacSilence(aacConfiguration(channels)))).toBe(frame);
  });

  it('goes by the channels, whatever stands behind them; two where they are not told', () => {
    expect(aacSilence(hex('118856e500'))).toHaveLength(4);
    expect(aacSilence(hex('119056e500'))).toHaveLength(7);
    expect(aacSilence(new Uint8Array())).toHaveLength(7);
  });
});

import { describe, expect, it } from 'vitest';
import { memoryOf } from '../../../src/kit/index.js';
import { newIceCredentials, ufragKey } from '../../../src/transport/ice-credentials.js';

describe('ICE credentials', () => {
  it('are ice-chars of the length RFC 8445 wants, and differ', () => {
    const seen = new Set<string>();
    for (let count = 0; count < 200; count++) {
      const { ufrag, password, key } = newIceCredentials(() => false);
      expect(ufrag).toMatch(/^[A-Za-z0-9+/]{8}$/);
      expect(password).toMatch(/^[A-Za-z0-9+/]{24}$/);
      expect(key).toBe(ufragKey(memoryOf(Buffer.from(ufrag)), 0, 8));
      expect(Number.isInteger(key) && key >= 0 && key < 2 ** 24).toBe(true);
      seen.add(ufrag).add(password);
    }
    expect(seen.size).toBe(400);
  });

  it('avoid keys that are taken', () => {
    const refused: number[] = [];
    const { key } = newIceCredentials((each) => refused.length < 3 && refused.push(each) > 0);
    expect(refused).toHaveLength(3);
    expect(key).not.toBe(refused[2]);
  });

  it('have a key only when they look like ours', () => {
    const keyOf = (text: string) => ufragKey(memoryOf(Buffer.from(text)), 0, text.length);
    expect(keyOf('AAAAxxxx')).toBe(0);
    expect(keyOf('AAAB')).toBe(1);
    expect(keyOf('////')).toBe(2 ** 24 - 1);
    for (const text of ['', 'AAA', 'AA:A', 'AAA\0', 'äAAA']) expect(keyOf(text)).toBe(-1);
    expect(ufragKey(memoryOf(Buffer.from('AAAA')), 0, -1)).toBe(-1);
  });
});

import { describe, expect, it } from 'vitest';
import { nearest } from '../../../src/config/nearest.js';

const KNOWN = [
  'wsPort',
  'media.port',
  'media.tcpPort',
  'codecs.video',
  'tls.wssPort',
  'recording.fileTemplate',
];

/** The same by the whole table, which is the definition. */
function editsBetween(a: string, b: string): number {
  const table = Array.from({ length: a.length + 1 }, (_, row) => [row, ...Array<number>(b.length).fill(0)]);
  for (let column = 0; column <= b.length; column++) table[0]![column] = column;
  for (let row = 1; row <= a.length; row++) {
    for (let column = 1; column <= b.length; column++) {
      const [up, here] = [table[row - 1]!, table[row]!];
      const same = a[row - 1] === b[column - 1] ? 0 : 1;
      here[column] = Math.min(up[column]! + 1, here[column - 1]! + 1, up[column - 1]! + same);
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1])
        here[column] = Math.min(here[column]!, table[row - 2]![column - 2]! + 1);
    }
  }
  return table[a.length]![b.length]!;
}

describe('the name that was most likely meant', () => {
  it.each([
    ['wsport', 'wsPort'],
    ['ws-prot', 'wsPort'],
    ['mediaPort', 'media.port'],
    ['media.tcp-prot', 'media.tcpPort'],
    ['codec.vidio', 'codecs.video'],
    ['recordingFileTmeplate', 'recording.fileTemplate'],
    ['something else', null],
    ['', null],
    ['İ'.repeat(100), null],
    ['x'.repeat(100_000), null],
  ])('of %j is %j', (name, meant) => {
    expect(nearest(name, KNOWN)).toBe(meant);
  });

  it('is the one with the fewest edits, the first of several', () => {
    let seed = 1;
    const below = (limit: number) => {
      seed = (seed * 48271) % 2147483647;
      return seed % limit;
    };
    const word = () => Array.from({ length: 1 + below(9) }, () => 'abcd'[below(4)]).join('');
    for (let round = 0; round < 2000; round++) {
      const known = [...new Set(Array.from({ length: 5 }, word))];
      const name = word();
      const limit = Math.max(1, Math.floor(name.length / 3));
      const counts = known.map((one) => editsBetween(name, one));
      const fewest = Math.min(...counts);
      expect(nearest(name, known), `${name} of ${known}`).toBe(
        fewest <= limit ? known[counts.indexOf(fewest)] : null,
      );
    }
  });
});

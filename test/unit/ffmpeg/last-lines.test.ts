import { describe, expect, it } from 'vitest';
import { LastLines } from '../../../src/ffmpeg/last-lines.js';

describe('the last lines of stderr', () => {
  it('are the same however the text is cut', () => {
    const text = 'first\r\n\nsecond line\n  third  \rfourth\nunfinished';
    for (let cut = 0; cut <= text.length; cut += 1) {
      const last = new LastLines();
      last.add(text.slice(0, cut));
      last.add(text.slice(cut));
      expect(last.lines).toEqual(['first', 'second line', 'third', 'fourth', 'unfinished']);
    }
  });

  it('are twenty at most', () => {
    const last = new LastLines();
    for (let index = 0; index < 1000; index += 1) last.add(`line ${index}\n`);
    last.add('unfinished');
    expect(last.lines).toHaveLength(20);
    expect(last.lines[0]).toBe('line 981');
    expect(last.lines[19]).toBe('unfinished');
  });

  it('are cut off where they are long, whether they come at once or by and by', () => {
    const last = new LastLines();
    last.add(`${'a'.repeat(1000)}\n`);
    for (let index = 0; index < 1000; index += 1) last.add('b');
    expect(last.lines).toEqual(['a'.repeat(400), 'b'.repeat(400)]);
  });

  it('are bounded when megabytes come at once', () => {
    const last = new LastLines();
    last.add(`${'x'.repeat(5_000_000)}\n`.repeat(2));
    last.add(`${'y\n'.repeat(1_000_000)}end`);
    expect(last.lines.at(-1)).toBe('end');
    expect(last.lines.join('').length).toBeLessThan(20 * 400);
  });
});

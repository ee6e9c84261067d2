import { expect, test } from 'vitest';
import { Patterns } from '../../../../src/plugins/access/patterns.js';

test.each([
  ['*', ['', 'a', 'a/b', '*', '😀'], []],
  ['a', ['a'], ['', 'b', 'aa', 'A']],
  ['a-*', ['a-', 'a-1', 'a-*'], ['a', 'b-1', 'xa-1']],
  ['*-a', ['-a', '1-a'], ['a', '1-ab']],
  ['a*b', ['ab', 'axb', 'abb'], ['a', 'b', 'aba']],
  ['aa*aa', ['aaaa', 'aaxaa'], ['aaa', 'aa']],
  ['a*b*c', ['abc', 'axbxc', 'abbc'], ['ac', 'acb', 'ab']],
  ['*b*', ['b', 'abc'], ['ac', '']],
  ['a**b', ['ab', 'axb'], ['a']],
  ['a.c', ['a.c'], ['abc']],
  ['[a]?', ['[a]?'], ['a', 'ab']],
])('%s', (pattern, matching, others) => {
  const patterns = new Patterns([pattern]);
  expect(matching.filter((text) => !patterns.matches(text))).toEqual([]);
  expect(others.filter((text) => patterns.matches(text))).toEqual([]);
});

test('one of several is enough, none of none', () => {
  expect(new Patterns(['a', 'b']).matches('b')).toBe(true);
  expect(new Patterns([]).matches('')).toBe(false);
});

test('a pattern made to be slow is not', () => {
  const patterns = new Patterns([`${'*a'.repeat(127)}*b`]);
  const text = 'a'.repeat(4096);
  const began = performance.now();
  for (let count = 0; count < 1000; count += 1) patterns.matches(text);
  // Backtracking would not end.
  expect(performance.now() - began).toBeLessThan(5000);
});

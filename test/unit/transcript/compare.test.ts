import { expect, it } from 'vitest';
import { differences } from '../../support/transcript/compare.js';

const isSeven = (placeholder: string, actual: unknown) =>
  placeholder === 'seven' && actual === 7 ? null : `is ${actual}`;

it.each([
  [[], []],
  [[null], [null]],
  [[{ a: 1, b: [true, 'x'] }], [{ b: [true, 'x'], a: 1 }]],
  [[{ a: '<seven>' }], [{ a: 7 }]],
  [['a < b'], ['a < b']],
])('%j is %j', (expected, actual) => {
  expect(differences(expected, actual, isSeven)).toEqual([]);
});

it.each([
  [[{ a: 1 }], [{ a: 2 }], ['0.a: expected 1, came 2']],
  [[{ a: 1 }], [{ a: '1' }], ['0.a: expected 1, came "1"']],
  [[{ a: 1 }], [{}], ['0.a: expected 1, is missing']],
  [[{}], [{ a: 1 }], ['0.a: not expected, came 1']],
  [[{ a: null }], [{}], ['0.a: expected null, is missing']],
  [[{}], [{ a: null }], ['0.a: not expected, came null']],
  [[{ a: null }], [{ a: {} }], ['0.a: expected null, came {}']],
  [[{ a: {} }], [{ a: null }], ['0.a: expected {}, came null']],
  [[{ a: {} }], [{ a: [] }], ['0.a: expected {}, came []']],
  [[1], [1, 2], ['1: not expected, came 2']],
  [[1, 2], [1], ['1: expected 2, is missing']],
  [[{ a: '<seven>' }], [{ a: 8 }], ['0.a: <seven> is 8']],
  [[{ a: '<seven>' }], [{}], ['0.a: expected "<seven>", is missing']],
  [[{ a: '<eight>' }], [{ a: 7 }], ['0.a: <eight> is 7']],
  [
    [{ a: 1, b: { c: 2 } }],
    [{ a: 2, b: { d: 3 } }],
    ['0.a: expected 1, came 2', '0.b.c: expected 2, is missing', '0.b.d: not expected, came 3'],
  ],
])('%j is not %j', (expected, actual, problems) => {
  expect(differences(expected, actual, isSeven)).toEqual(problems);
});

it('shows long values cut', () => {
  const [problem = ''] = differences(['x'.repeat(1000)], [1], isSeven);
  expect(problem.length).toBeLessThan(300);
});

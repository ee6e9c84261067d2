import { expect, test } from 'vitest';
import { byteRange, isStill } from '../../../src/plugins/web/byte-range.js';

test.each([
  ['bytes=0-99', { first: 0, last: 99 }],
  ['bytes=100-', { first: 100, last: 999 }],
  ['bytes=990-2000', { first: 990, last: 999 }],
  ['bytes=999-999', { first: 999, last: 999 }],
  ['bytes=-1', { first: 999, last: 999 }],
  ['bytes=-5000', { first: 0, last: 999 }],
  ['Bytes= 5-6 ', { first: 5, last: 6 }],
  ['bytes=1000-', 'unsatisfiable'],
  ['bytes=1000-1001', 'unsatisfiable'],
  ['bytes=-0', 'unsatisfiable'],
  [undefined, null],
  ['', null],
  ['bytes', null],
  ['bytes=', null],
  ['bytes=-', null],
  ['bytes=5-4', null],
  ['bytes=1-2,4-5', null],
  ['bytes=a-b', null],
  ['bytes=+1-2', null],
  ['bytes=1-2x', null],
  ['items=1-2', null],
  ['bytes=9999999999999999-', null],
])('%s of 1000 bytes', (header, range) => {
  expect(byteRange(header, 1000)).toEqual(range);
});

test('a file without bytes has no part', () => {
  for (const header of ['bytes=0-', 'bytes=0-0', 'bytes=-5'])
    expect(byteRange(header, 0)).toBe('unsatisfiable');
  expect(byteRange(undefined, 0)).toBeNull();
});

test('the rest of another file is of no use', () => {
  const date = 'Fri, 27 Nov 2026 21:00:00 GMT';
  expect(isStill(undefined, '"a"', date)).toBe(true);
  expect(isStill('"a"', '"a"', date)).toBe(true);
  expect(isStill(date, '"a"', date)).toBe(true);
  for (const other of ['"b"', 'W/"a"', 'a', 'Fri, 27 Nov 2026 21:00:01 GMT'])
    expect(isStill(other, '"a"', date)).toBe(false);
});

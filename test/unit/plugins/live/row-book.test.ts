import { expect, test } from 'vitest';
import type { StreamRow } from '../../../../src/plugins/live/messages.js';
import { mostBehind, RowBook } from '../../../../src/plugins/live/row-book.js';

const row = (name: string, viewers = 0) => ({ name, viewers }) as StreamRow;

/** Names with their viewers, and names that have ended, since an edition. */
function read(book: RowBook, edition: number): string {
  const { changed, ended } = book.since(edition);
  const rows = changed.map((text) => JSON.parse(text) as StreamRow);
  const names = ended.map((text) => JSON.parse(text) as string);
  return [
    ...rows.map(({ name, viewers }) => `${name} ${viewers}`),
    ...names.map((name) => `-${name}`),
  ].join();
}

test('all rows to whoever has none, then those that differ', () => {
  const book = new RowBook();
  expect([book.edition, read(book, 0)]).toEqual([0, '']);
  book.publish([row('a'), row('b')]);
  expect([book.edition, read(book, 0)]).toEqual([1, 'a 0,b 0']);
  book.publish([row('a'), row('b', 1), row('c')]);
  expect([read(book, 1), read(book, 0), read(book, 2)]).toEqual(['b 1,c 0', 'a 0,b 1,c 0', '']);
  book.publish([row('a'), row('b', 1), row('c')]);
  expect(read(book, 2)).toBe('');
});

test('who is behind is told of all that has changed meanwhile, once', () => {
  const book = new RowBook();
  book.publish([row('a'), row('b')]);
  book.publish([row('a', 1)]);
  book.publish([row('a', 2), row('c')]);
  expect([read(book, 1), read(book, 2)]).toEqual(['a 2,c 0,-b', 'a 2,c 0']);
  expect(read(book, 0)).toBe('a 2,c 0');
});

test('a stream that comes back is there, not gone', () => {
  const book = new RowBook();
  book.publish([row('a')]);
  book.publish([]);
  expect(read(book, 1)).toBe('-a');
  book.publish([row('a')]);
  expect([read(book, 1), read(book, 2)]).toEqual(['a 0', 'a 0']);
  book.publish([]);
  expect(read(book, 3)).toBe('-a');
});

test('texts are made once for all who have the same edition', () => {
  const book = new RowBook();
  book.publish([row('a')]);
  expect(book.since(0)).toBe(book.since(0));
  expect(book.since(0)).not.toBe(book.since(1));
});

test('names that ended long ago are forgotten', () => {
  const book = new RowBook();
  book.publish([row('a')]);
  book.publish([]);
  for (let edition = 3; edition < 2 + mostBehind; edition += 1) book.publish([]);
  expect(read(book, 1)).toBe('-a');
  book.publish([]);
  expect(read(book, 1)).toBe('');
});

test('names that JSON writes otherwise', () => {
  const book = new RowBook();
  const name = '"\\\u0000\ud800</script>';
  book.publish([row(name)]);
  book.publish([]);
  expect(read(book, 1)).toBe(`-${name}`);
});

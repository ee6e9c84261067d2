import { expect, test } from 'vitest';
import { Thumbnails } from '../../../../src/plugins/snapshots/thumbnails.js';
import type { Publication } from '../../../../src/streams/index.js';

/** Pictures that the test makes, or fails to make. */
function bench() {
  const time = { now: 0 };
  const asked: { name: string; resolve: (picture: Buffer) => void; reject: (error: Error) => void }[] = [];
  const thumbnails = new Thumbnails(
    ({ name }) => new Promise((resolve, reject) => asked.push({ name, resolve, reject })),
    () => time.now,
  );
  const publications = ['a', 'b', 'c'].map((name) => ({ name }) as Publication);
  return { time, asked, thumbnails, publications: publications as [Publication, Publication, Publication] };
}

test('a picture does for ten seconds', async () => {
  const { time, asked, thumbnails, publications } = bench();
  const [a] = publications;
  const first = thumbnails.of(a);
  asked[0]!.resolve(Buffer.from('1'));
  expect(String(await first)).toBe('1');
  time.now = 9999;
  expect(String(await thumbnails.of(a))).toBe('1');
  time.now = 10_000;
  const second = thumbnails.of(a);
  asked[1]!.resolve(Buffer.from('2'));
  expect([String(await second), asked.length]).toEqual(['2', 2]);
});

test('two are made at a time, others are refused until one is done', async () => {
  const { asked, thumbnails, publications } = bench();
  const [a, b, c] = publications;
  const taking = [thumbnails.of(a), thumbnails.of(b)];
  await expect(thumbnails.of(c)).rejects.toThrow('No available transcoders');
  // Who asks for one of those that are being made waits for it.
  taking.push(thumbnails.of(a));
  asked[0]!.resolve(Buffer.from('1'));
  expect((await Promise.all([taking[0], taking[2]])).map(String)).toEqual(['1', '1']);
  const third = thumbnails.of(c);
  asked[2]!.resolve(Buffer.from('3'));
  expect(String(await third)).toBe('3');
});

test('a failure is not tried again at once, and makes room', async () => {
  const { time, asked, thumbnails, publications } = bench();
  const [a, b, c] = publications;
  const failing = thumbnails.of(a);
  asked[0]!.reject(new Error('no picture'));
  await expect(failing).rejects.toThrow('no picture');
  await expect(thumbnails.of(a)).rejects.toThrow('no picture');
  expect(asked).toHaveLength(1);
  void thumbnails.of(b);
  void thumbnails.of(c);
  time.now = 10_000;
  await expect(thumbnails.of(a)).rejects.toThrow('No available transcoders');
  expect(asked.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
});

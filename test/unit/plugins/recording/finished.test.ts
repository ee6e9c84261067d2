import { existsSync, mkdirSync, readFileSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createLogger } from '../../../../src/kit/index.js';
import { FinishedRecordings } from '../../../../src/plugins/recording/finished.js';
import { KnownStreams, streamFileOf } from '../../../../src/plugins/recording/known-streams.js';
import { RecordTickets } from '../../../../src/plugins/recording/tickets.js';
import { temporaryFolder, until } from './support.js';

const log = createLogger({ level: 'silent' });

function start() {
  const folder = temporaryFolder();
  const time = { now: 0 };
  const gone: string[] = [];
  const finished = new FinishedRecordings(
    folder,
    (name) => `/${name}`,
    async (name) => (name === 'r39.mp4' ? 'cam' : null),
    async (name) => void gone.push(name),
    () => time.now,
  );
  const put = (name: string, at: number) => {
    writeFileSync(join(folder, name), name);
    utimesSync(join(folder, name), at, at);
  };
  return { folder, time, gone, finished, put };
}

test('the newest first, in pages, and nothing that is no finished recording', async () => {
  const { folder, finished, put } = start();
  for (let index = 0; index < 40; index += 1) put(`r${index}.mp4`, 1000 + index);
  for (const name of ['running.webm', '.running.webm.recording.json', '.hidden.mp4', 'notes.txt'])
    put(name, 1);
  mkdirSync(join(folder, 'folder.mp4'));
  symlinkSync(join(folder, 'r1.mp4'), join(folder, 'link.mp4'));
  const { items, total } = await finished.list(0, 2);
  expect([total, items]).toEqual([
    40,
    [
      { fileName: 'r39.mp4', size: 7, finishedAt: 1_039_000, url: '/r39.mp4', stream: 'cam' },
      { fileName: 'r38.mp4', size: 7, finishedAt: 1_038_000, url: '/r38.mp4', stream: null },
    ],
  ]);
  expect((await finished.list(39, 2)).items.map(({ fileName }) => fileName)).toEqual(['r0.mp4']);
  expect((await finished.list(40, 2)).items).toEqual([]);
});

test('the folder is read again after two seconds, and one that is not there has none', async () => {
  const { time, finished, put, folder } = start();
  expect((await finished.list(0, 9)).total).toBe(0);
  put('a.mp4', 1);
  time.now = 1999;
  expect((await finished.list(0, 9)).total).toBe(0);
  time.now = 2000;
  expect((await finished.list(0, 9)).total).toBe(1);
  const nowhere = new FinishedRecordings(
    join(folder, 'nowhere'),
    () => null,
    async () => null,
    async () => {},
  );
  expect(await nowhere.list(0, 9)).toEqual({ items: [], total: 0 });
});

test('deletes finished recordings and nothing else', async () => {
  const { folder, gone, finished, put } = start();
  for (const name of ['a.mp4', 'b.mp4', 'running.mp4', '.running.mp4.recording.json', 'notes.txt'])
    put(name, 1);
  symlinkSync(join(folder, 'b.mp4'), join(folder, 'link.mp4'));
  mkdirSync(join(folder, 'folder.mp4'));
  await finished.list(0, 9);
  await finished.remove('a.mp4');
  expect([existsSync(join(folder, 'a.mp4')), gone, (await finished.list(0, 9)).total]).toEqual([
    false,
    ['a.mp4'],
    1,
  ]);
  for (const name of [
    'a.mp4',
    'notes.txt',
    'link.mp4',
    'folder.mp4',
    '../b.mp4',
    '',
    '.',
    `${folder}/b.mp4`,
    'b.mp4\0',
  ])
    await expect(finished.remove(name), name).rejects.toMatchObject({ code: 'not-found' });
  await expect(finished.remove('running.mp4')).rejects.toMatchObject({ code: 'unfinished' });
  expect(existsSync(join(folder, 'b.mp4'))).toBe(true);
});

test('whose recording a file is, at once and after a restart', async () => {
  const folder = temporaryFolder();
  const known = new KnownStreams(folder, log);
  const name = 'a"\\\u0000\ud83d\ude00';
  known.note('a.mp4', name);
  expect(await known.of('a.mp4')).toBe(name);
  const path = join(folder, streamFileOf('a.mp4'));
  await until(() => existsSync(path) && readFileSync(path, 'utf8').endsWith('}'));
  expect(await new KnownStreams(folder, log).of('a.mp4')).toBe(name);
  await known.forget('a.mp4');
  expect([existsSync(path), await known.of('a.mp4')]).toEqual([false, null]);
});

test.each([
  '',
  '{',
  'null',
  '{"version":2,"streamName":"a"}',
  '{"version":1}',
  `{"version":1,"streamName":"${'x'.repeat(70_000)}"}`,
])('a file that does not say so is nobody’s: %s', async (text) => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, streamFileOf('a.mp4')), text);
  expect(await new KnownStreams(folder, log).of('a.mp4')).toBeNull();
});

test('a ticket is for one recording and some hours', () => {
  const time = { now: 1_700_000_000_000 };
  const tickets = new RecordTickets(() => time.now);
  const ticket = tickets.issue('a.mp4');
  expect([tickets.isValid('a.mp4', ticket), tickets.isValid('b.mp4', ticket)]).toEqual([true, false]);
  expect(new RecordTickets(() => time.now).isValid('a.mp4', ticket)).toBe(false);
  const [expires, signature] = ticket.split('.');
  const later = (Number.parseInt(expires!, 36) + 1).toString(36);
  for (const forged of [
    `${later}.${signature}`,
    `${expires}.`,
    `${expires}.${'A'.repeat(43)}`,
    ` ${ticket}`,
    '',
  ])
    expect(tickets.isValid('a.mp4', forged), forged).toBe(false);
  time.now += 6 * 3600_000 - 1;
  expect(tickets.isValid('a.mp4', ticket)).toBe(true);
  time.now += 1;
  expect(tickets.isValid('a.mp4', ticket)).toBe(false);
});

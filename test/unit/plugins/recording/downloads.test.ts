import { mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLogger } from '../../../../src/kit/index.js';
import { deleteOld, isRecordName, recordType } from '../../../../src/plugins/recording/records-folder.js';
import { buildWebApp } from '../../../../src/plugins/web/app.js';
import { configOf } from '../../../support/extensions.js';
import { startRecording, temporaryFolder } from './support.js';

const root = mkdtempSync(join(tmpdir(), 'sluice-records-'));
const folder = join(root, 'records');
const bytes = Buffer.from(`....ftyp....vide${'0123456789'.repeat(100)}`);
const longest = `${'x'.repeat(251)}.mp4`;
let app: FastifyInstance;

beforeAll(async () => {
  mkdirSync(join(folder, 'folder.mp4'), { recursive: true });
  for (const name of [
    'a.mp4',
    longest,
    'ü ~x.webm',
    'b.mkv',
    '.hidden.mp4',
    '.a.mp4.recording.json',
    'c.txt',
  ])
    writeFileSync(join(folder, name), bytes);
  writeFileSync(join(folder, 'sound.mp4'), '....ftyp....soun');
  writeFileSync(join(folder, 'empty.mp4'), '');
  writeFileSync(join(root, 'secret.mp4'), 'secret');
  symlinkSync(join(root, 'secret.mp4'), join(folder, 'link.mp4'));
  for (const page of ['index.html', '404.html']) writeFileSync(join(root, page), '<title>page</title>');
  app = await buildWebApp({
    config: configOf({}),
    log: createLogger({ level: 'silent' }),
    consoleDir: root,
    wsPort: 1,
    version: '1',
    downloads: [{ url: '/client/records/', folder, owns: isRecordName, typeOf: recordType }],
  });
});

afterAll(async () => {
  await app.close();
  rmSync(root, { recursive: true });
});

const get = (name: string, headers: Record<string, string> = {}, method: 'GET' | 'HEAD' = 'GET') =>
  app.inject({ method, url: `/client/records/${name}`, headers });

test('whole, to be played where it is', async () => {
  const response = await get('a.mp4');
  expect(response.statusCode).toBe(200);
  expect(response.rawPayload).toEqual(bytes);
  expect(response.headers).toMatchObject({
    'content-type': 'video/mp4',
    'content-length': String(bytes.length),
    'content-disposition': 'inline; filename="a.mp4"',
    'accept-ranges': 'bytes',
    'cache-control': 'no-cache',
    'x-content-type-options': 'nosniff',
  });
  const { headers } = await get(encodeURIComponent('ü ~x.webm'));
  expect(headers['content-type']).toBe('video/webm');
  expect(headers['content-disposition']).toBe("inline; filename*=UTF-8''%C3%BC%20~x.webm");
  expect((await get(longest)).statusCode).toBe(200);
  expect((await get('b.mkv')).headers['content-type']).toBe('video/x-matroska');
  expect((await get('sound.mp4')).headers['content-type']).toBe('audio/mp4');
  expect(await get('empty.mp4')).toMatchObject({ statusCode: 200, body: '' });
});

test('a part of it, as long as it is the same', async () => {
  const part = await get('a.mp4', { range: 'bytes=16-25' });
  expect(part).toMatchObject({ statusCode: 206, body: '0123456789' });
  expect(part.headers).toMatchObject({ 'content-range': 'bytes 16-25/1016', 'content-length': '10' });
  const { etag, 'last-modified': date } = part.headers as Record<string, string>;
  for (const same of [etag!, date!])
    expect((await get('a.mp4', { range: 'bytes=-1', 'if-range': same })).statusCode).toBe(206);
  expect((await get('a.mp4', { range: 'bytes=-1', 'if-range': '"other"' })).statusCode).toBe(200);
  expect(await get('a.mp4', { 'if-none-match': etag! })).toMatchObject({ statusCode: 304, body: '' });
  const beyond = await get('a.mp4', { range: 'bytes=5000-' });
  expect(beyond).toMatchObject({ statusCode: 416, body: '' });
  expect(beyond.headers['content-range']).toBe('bytes */1016');
});

test('HEAD as GET without the body', async () => {
  const whole = await get('a.mp4', {}, 'HEAD');
  expect(whole).toMatchObject({ statusCode: 200, body: '' });
  expect(whole.headers['content-length']).toBe('1016');
  const part = await get('a.mp4', { range: 'bytes=0-9' }, 'HEAD');
  expect(part).toMatchObject({ statusCode: 206, body: '' });
  expect(part.headers['content-length']).toBe('10');
});

test.each([
  '',
  '..%2fsecret.mp4',
  '%2e%2e%2fsecret.mp4',
  'link.mp4',
  'folder.mp4',
  '.hidden.mp4',
  '.a.mp4.recording.json',
  'c.txt',
  'a.mp4%00',
  'a.mp4/',
  'A.mp4x',
  'nowhere.mp4',
  `${'x'.repeat(252)}.mp4`,
  'folder.mp4%2f..%2fa.mp4',
  'a.mp4%5c',
])('nothing else: %s', async (name) => {
  const response = await get(name);
  expect(response.statusCode).toBe(404);
  expect(response.body).not.toContain('secret');
  expect(response.headers).not.toHaveProperty('content-disposition');
});

test('nobody gets any where they are not served', () => {
  expect(startRecording({ 'recording.serve': 'off' }).plugin.downloads).toBeNull();
  expect(startRecording().plugin.downloads?.url).toBe('/client/records/');
});

test('old ones are deleted, unfinished ones and other files are not', async () => {
  const old = temporaryFolder();
  const names = ['old.mp4', 'new.mp4', 'open.mp4', '.open.mp4.recording.json', 'old.txt', '.old.mp4'];
  for (const name of names) {
    writeFileSync(join(old, name), '');
    utimesSync(join(old, name), 1000, name === 'new.mp4' ? 3000 : 1000);
  }
  expect(await deleteOld(old, 2_000_000)).toEqual(['old.mp4']);
  expect(await deleteOld(old, 2_000_000)).toEqual([]);
  expect(await deleteOld(join(old, 'nowhere'), 2_000_000)).toEqual([]);
});

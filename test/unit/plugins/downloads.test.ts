import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { BoundedFolder, createLogger } from '../../../src/kit/index.js';
import { buildWebApp } from '../../../src/plugins/web/app.js';
import { configOf } from '../config/support.js';

const root = mkdtempSync(join(tmpdir(), 'sluice-downloads-'));
const folder = new BoundedFolder({
  path: join(root, 'debug'),
  extension: '.jsonl',
  maxFiles: 9,
  maxFileSize: 99,
});
const log = createLogger({ level: 'silent' });
let app: FastifyInstance;
let name: string;

beforeAll(async () => {
  name = await folder.add('{"a":1}\n');
  writeFileSync(join(root, 'debug', 'other.jsonl'), 'secret');
  writeFileSync(join(root, name), 'secret');
  const consoleDir = join(root, 'console');
  mkdirSync(consoleDir);
  for (const page of ['index.html', '404.html']) writeFileSync(join(consoleDir, page), '<title>page</title>');
  const downloads = [
    { url: '/client/debug/', folder: folder.path, owns: (file: string) => folder.owns(file) },
  ];
  app = await buildWebApp({ config: configOf({}), log, consoleDir, wsPort: 1, version: '1', downloads });
});

afterAll(async () => {
  await app.close();
  rmSync(root, { recursive: true });
});

it('a file for who knows its name, to be saved and kept by nobody else', async () => {
  const response = await app.inject({ url: `/client/debug/${name}` });
  expect(response.statusCode).toBe(200);
  expect(response.body).toBe('{"a":1}\n');
  expect(response.headers).toMatchObject({
    'content-type': 'application/octet-stream',
    'content-disposition': `attachment; filename="${name}"`,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
});

it('HEAD as GET without the body', async () => {
  const response = await app.inject({ method: 'HEAD', url: `/client/debug/${name}` });
  expect(response.statusCode).toBe(200);
  expect(response.headers['content-length']).toBe('8');
  expect(response.body).toBe('');
});

it('not found when it has gone', async () => {
  const gone = name.replace(/^\d{8}/, '20200101');
  const response = await app.inject({ url: `/client/debug/${gone}` });
  expect(response.statusCode).toBe(404);
  expect(response.headers).not.toHaveProperty('content-disposition');
});

it.each([
  () => '/client/debug/',
  () => '/client/debug',
  () => '/client/',
  () => '/client/debug/other.jsonl',
  () => `/client/debug/../${name}`,
  () => `/client/debug/..%2f${name}`,
  () => `/client/debug/%2e%2e%2f${name}`,
  () => `/client/debug/${name}/`,
  () => `/client/debug/${name}%00`,
  () => `/client/debug/${name}%0a`,
  () => `/client/debug/${name}.bak`,
  () => `/client/debug//${name}`,
  () => `/client/debug/debug%2f${name}`,
  () => `/client/debug/${name.slice(0, -7)}`,
  () => `/client//debug/${name}`,
  () => `/${name}`,
  () => `/debug/${name}`,
])('nothing else: %#', async (url) => {
  const response = await app.inject({ url: url() });
  expect(response.statusCode, url()).toBe(404);
  expect(response.body).not.toContain('secret');
  expect(response.body).not.toContain(name);
});

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLogger } from '../../../../src/kit/index.js';
import { buildWebApp } from '../../../../src/plugins/web/app.js';
import { securityHeaders } from '../../../../src/plugins/web/headers.js';

const consoleDir = mkdtempSync(join(tmpdir(), 'sluice-pages-'));
let app: FastifyInstance;

beforeAll(async () => {
  mkdirSync(join(consoleDir, 'assets'));
  const files: Record<string, string> = {
    'index.html': '<title>studio</title>',
    'dashboard.html': '<title>dashboard</title>',
    'embed.html': '<title>embed</title>',
    'assets/main-Ab3_-xyZ.js': 'export const hashed = 1;',
    'assets/plain.js': 'secret',
    'assets/main-Ab3_-xyZ.js.map': 'secret',
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(consoleDir, name), text);
  const codecs = { audio: ['opus'], audioRedundancy: 'offered', video: ['H264'] } as const;
  const balance = { server: '', ws: 0, wss: 0, flash: 1935 };
  const web = { trustedProxies: [], embedFrom: ['*'] };
  app = await buildWebApp({
    config: { host: '127.0.0.1', httpPort: 0, codecs, balance, web },
    log: createLogger({ level: 'silent' }),
    consoleDir,
    wsPort: 18080,
    version: '1.2.3',
  });
});

afterAll(async () => {
  await app.close();
  rmSync(consoleDir, { recursive: true });
});

const get = (url: string) => app.inject({ url });

describe('the pages of the built console', () => {
  it.each([
    ['/', 'studio'],
    ['/dashboard', 'dashboard'],
    ['/dashboard?x=y', 'dashboard'],
    ['/embed/cam', 'embed'],
    // The page says that it names no stream.
    ['/embed/', 'embed'],
    ['/embed/..%2f..%2fsecret.txt', 'embed'],
    ['/embed/%22%3E%3Cscript%3E', 'embed'],
  ])('%s', async (url, title) => {
    const response = await get(url);
    expect(response.statusCode).toBe(200);
    expect(response.headers['content-type']).toContain('text/html');
    expect(response.headers['cache-control']).toBe('no-cache');
    expect(response.body).toBe(`<title>${title}</title>`);
  });

  it('are kept by no browser, but what has a hash in its name for good', async () => {
    const response = await get('/assets/main-Ab3_-xyZ.js');
    expect(response.statusCode).toBe(200);
    expect(response.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    expect(response.body).toBe('export const hashed = 1;');
  });

  it.each([
    '/assets/',
    '/assets',
    '/assets/plain.js',
    '/assets/main-Ab3_-xyZ.js.map',
    '/assets/..%2findex.html',
    '/main-Ab3_-xyZ.js',
    '/embed/a/b',
    '/embed',
    '/dashboard/',
  ])('and nothing else: %s', async (url) => {
    expect((await get(url)).statusCode).toBe(404);
  });
});

describe('the frames of other pages', () => {
  const ancestors = async (url: string) =>
    /frame-ancestors ([^;]*)/.exec(String((await get(url)).headers['content-security-policy']))?.[1];

  it('may show the embedded player, without the devices of who watches', async () => {
    expect(await ancestors('/embed/cam')).toBe('*');
    const { headers } = await get('/embed/cam');
    expect(headers['permissions-policy']).toContain('camera=(), microphone=()');
  });

  it.each([
    '/',
    '/dashboard',
    '/embed.html',
    '/health',
    '/nothing',
    '/embed/a/b',
  ])('may not show %s', async (url) => {
    expect(await ancestors(url)).toBe("'self'");
  });

  it.each([
    [['*'], '*'],
    [[], "'self'"],
    [['https://a.example', 'http://b.example:81'], "'self' https://a.example http://b.example:81"],
  ])('are those of %s', (embedFrom, expected) => {
    const policy = securityHeaders('a', 1, 1, embedFrom)['content-security-policy'];
    expect(policy?.split('; ')).toContain(`frame-ancestors ${expected}`);
  });
});

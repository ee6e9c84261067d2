import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLogger, Fault } from '../../../src/kit/index.js';
import { buildWebApp } from '../../../src/plugins/web/app.js';
import { plainHost, securityHeaders } from '../../../src/plugins/web/headers.js';
import { startWeb, type WebOptions } from '../../../src/plugins/web/index.js';

const folder = mkdtempSync(join(tmpdir(), 'sluice-web-'));
const consoleDir = join(folder, 'console');
const codecs = { audio: ['opus'], audioRedundancy: 'offered', video: ['H264', 'VP8'] } as const;
const balance = { server: '', ws: 0, wss: 0, flash: 1935 };
const options: WebOptions = {
  config: { host: '127.0.0.1', httpPort: 0, codecs, balance, web: { trustedProxies: [], embedFrom: ['*'] } },
  log: createLogger({ level: 'silent' }),
  consoleDir,
  wsPort: 18080,
  version: '1.2.3',
};
let app: FastifyInstance;

beforeAll(async () => {
  mkdirSync(join(consoleDir, 'inner'), { recursive: true });
  writeFileSync(join(folder, 'secret.txt'), 'secret');
  const files: Record<string, string> = {
    'index.html': '<title>console</title>',
    '404.html': '<title>missing</title>',
    'style.css': 'body{}',
    'main.js': 'export {};',
    'main.ts': 'secret',
    '.env': 'secret',
    'inner/page.html': 'secret',
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(consoleDir, name), text);
  app = await buildWebApp(options);
});

afterAll(async () => {
  await app.close();
  rmSync(folder, { recursive: true });
});

const get = (url: string, headers: Record<string, string> = {}) => app.inject({ url, headers });

describe('what is served', () => {
  it.each([
    ['/', 'text/html', '<title>console</title>'],
    ['/index.html', 'text/html', '<title>console</title>'],
    ['/?stream=a', 'text/html', '<title>console</title>'],
    ['/style.css', 'text/css', 'body{}'],
    ['/main.js', 'application/javascript', 'export {};'],
  ])('%s', async (url, type, body) => {
    const response = await get(url);
    expect(response.statusCode).toBe(200);
    expect(response.headers['content-type']).toContain(type);
    expect(response.body).toBe(body);
    expect(response.headers['cache-control']).toBe('no-cache');
  });

  it('health', async () => {
    const response = await get('/health');
    expect(response.statusCode).toBe(200);
    expect(response.json()).toEqual({ status: 'ok' });
    expect(response.headers['cache-control']).toBe('no-store');
  });

  it('what the page must know', async () => {
    const response = await get('/settings.json');
    expect(response.json()).toEqual({
      product: 'Sluice',
      version: '1.2.3',
      wsPort: 18080,
      wssPort: null,
      codecs,
    });
    expect(response.headers['cache-control']).toBe('no-store');
  });

  it.each([
    '/flashphoner.js',
    '/sdk/flashphoner.js',
    '/sdk/flashphoner.min.js',
    '/sdk/flashphoner-webrtc-only.js',
    '/sdk/flashphoner-webrtc-only.min.js',
    '/sdk/flashphoner-room-api.js',
    '/sdk/WSReceiver2.js',
    '/sdk/video-worker2.js',
  ])('the SDK file %s', async (url) => {
    const response = await get(url);
    expect(response.statusCode).toBe(200);
    expect(response.headers['content-type']).toContain('javascript');
    expect(response.body.length).toBeGreaterThan(10_000);
    expect(response.headers['cache-control']).toBe('public, max-age=3600');
  });

  it('the clip that unlocks sound', async () => {
    const response = await get('/sdk/preloader.mp4');
    expect(response.statusCode).toBe(200);
    expect(response.headers['content-type']).toBe('video/mp4');
  });

  it('nothing again that the browser still has', async () => {
    const { etag } = (await get('/style.css')).headers;
    expect(etag).toBeTruthy();
    const again = await get('/style.css', { 'if-none-match': String(etag) });
    expect(again.statusCode).toBe(304);
    expect(again.body).toBe('');
    expect(again.headers['content-security-policy']).toBeTruthy();
  });

  it('HEAD as GET without the body', async () => {
    const response = await app.inject({ method: 'HEAD', url: '/style.css' });
    expect(response.statusCode).toBe(200);
    expect(response.body).toBe('');
  });
});

describe('what is not', () => {
  it.each([
    '/nothing',
    '/main.ts',
    '/.env',
    '/inner/page.html',
    '/inner/',
    '/inner',
    '/sdk/',
    '/sdk',
    '/sdk/package.json',
    '/..%2fsecret.txt',
    '/%2e%2e/secret.txt',
    '/%2e%2e%2fsecret.txt',
    '/..\\secret.txt',
    '/sdk/..%2f..%2fpackage.json',
    '/style.css%00.html',
    '//style.css',
    '/STYLE.CSS',
    '/style.css/',
  ])('%s', async (url) => {
    const response = await get(url);
    expect(response.statusCode).toBe(404);
    expect(response.json()).toEqual({ error: 'Not found' });
    expect(response.headers['x-content-type-options']).toBe('nosniff');
  });

  it('is a page where a page was asked for', async () => {
    const response = await get('/nothing', { accept: 'text/html,*/*' });
    expect(response.statusCode).toBe(404);
    expect(response.headers['content-type']).toContain('text/html');
    expect(response.body).toBe('<title>missing</title>');
    expect(response.headers['cache-control']).toBe('no-store');
    expect(response.headers['content-security-policy']).toBeTruthy();
  });

  it('is JSON for a broken path', async () => {
    const response = await get('/%zz', { accept: 'text/html' });
    expect(response.statusCode).toBe(400);
    expect(response.json()).toHaveProperty('error');
    expect(response.body).not.toContain('at ');
  });

  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'] as const)('%s', async (method) => {
    for (const url of ['/', '/health', '/nothing']) {
      const response = await app.inject({ method, url });
      expect(response.statusCode).toBe(405);
      expect(response.headers.allow).toBe('GET, HEAD');
    }
  });

  it('a large body', async () => {
    const payload = JSON.stringify('x'.repeat(20_000));
    const headers = { 'content-type': 'application/json' };
    expect((await app.inject({ method: 'POST', url: '/', payload, headers })).statusCode).toBe(413);
  });
});

describe('the headers', () => {
  it('allow this host and its WebSocket, and no other', async () => {
    const { headers } = await get('/', { host: 'media.example.org:8081' });
    const policy = String(headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self';");
    expect(policy).toContain(
      "connect-src 'self' ws://media.example.org:18080 wss://media.example.org:18080;",
    );
    expect(policy).not.toMatch(/unsafe|\*/);
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
    });
    expect(headers['permissions-policy']).toContain('camera=(self)');
    expect(headers).not.toHaveProperty('access-control-allow-origin');
  });

  it.each([
    ['localhost', 'localhost'],
    ['localhost:8081', 'localhost'],
    ['192.0.2.1:8081', '192.0.2.1'],
    ['[2001:db8::1]:8081', '[2001:db8::1]'],
    ['a b', null],
    ["x; script-src 'unsafe-inline'", null],
    ['x,y', null],
    ['*', null],
    ['', null],
    [undefined, null],
    ['x'.repeat(300), null],
  ])('take the host from %s', (header, host) => {
    expect(plainHost(header)).toBe(host);
  });

  it('let no strange host into the policy', () => {
    expect(securityHeaders(null, 1)['content-security-policy']).toContain("connect-src 'self';");
    expect(securityHeaders('[::1]', 7)['content-security-policy']).toContain(
      "connect-src 'self' ws://*:7 wss://*:7;",
    );
  });
});

describe('startWeb', () => {
  it('listens on a free port, serves, and stops with connections open', async () => {
    const web = await startWeb(options);
    expect(web.address.host).toBe('127.0.0.1');
    expect(web.address.port).toBeGreaterThan(0);
    const response = await fetch(`http://127.0.0.1:${web.address.port}/health`);
    expect(await response.json()).toEqual({ status: 'ok' });
    const idle = connect(web.address.port, '127.0.0.1');
    await new Promise((resolve) => idle.once('connect', resolve));
    const closed = new Promise((resolve) => idle.once('close', resolve));
    idle.on('error', () => undefined);
    await web.close();
    await closed;
    await web.close();
  });

  it('leads nowhere with a path as no browser sends it', async () => {
    const web = await startWeb(options);
    const statusOf = (path: string) =>
      new Promise<number | undefined>((resolve, reject) => {
        request({ port: web.address.port, path }, (response) => resolve(response.resume().statusCode))
          .on('error', reject)
          .end();
      });
    expect(await statusOf('/style.css')).toBe(200);
    for (const path of [
      '/../secret.txt',
      '/inner/../../secret.txt',
      '/sdk/../../package.json',
      '/./style.css',
      '/inner/../style.css',
    ]) {
      expect(await statusOf(path), path).toBeGreaterThanOrEqual(400);
    }
    await web.close();
  });

  it('says plainly that the port is in use', async () => {
    const web = await startWeb(options);
    const { port } = web.address;
    const second = startWeb({ ...options, config: { ...options.config, httpPort: port } });
    await expect(second).rejects.toMatchObject({
      code: 'PORT_IN_USE',
      message: `Port ${port} (TCP) on 127.0.0.1 is already in use`,
    });
    await web.close();
  });

  it('says plainly that the address is not of this machine', async () => {
    const elsewhere = startWeb({ ...options, config: { ...options.config, host: '192.0.2.1' } });
    await expect(elsewhere).rejects.toMatchObject({ code: 'ADDRESS_NOT_AVAILABLE' });
  });

  it.each(['', 'inner'])('says plainly that the console is not built (%s)', async (inner) => {
    const missing = startWeb({ ...options, consoleDir: join(consoleDir, inner || 'nowhere') });
    await expect(missing).rejects.toSatisfy(
      (error) => error instanceof Fault && error.code === 'CONSOLE_MISSING',
    );
  });
});

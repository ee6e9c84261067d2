import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createLogger } from '../../../src/kit/index.js';
import { buildWebApp } from '../../../src/plugins/web/app.js';
import { configOf, problemsOf } from '../config/support.js';

const consoleDir = mkdtempSync(join(tmpdir(), 'sluice-balance-'));

beforeAll(() => {
  for (const name of ['index.html', '404.html'])
    writeFileSync(join(consoleDir, name), `<title>${name}</title>`);
});

afterAll(() => rmSync(consoleDir, { recursive: true }));

async function ask(url: string, headers: Record<string, string> = {}, ...argv: string[]) {
  const log = createLogger({ level: 'silent' });
  const config = configOf({ argv });
  const app = await buildWebApp({ config, log, consoleDir, wsPort: 18080, version: '1' });
  onTestFinished(() => app.close());
  return app.inject({ url, headers });
}

describe('/?action=balance', () => {
  it('sends to the host of the request and the WebSocket port, from a page of any origin', async () => {
    const response = await ask('/?action=balance', {
      host: 'media.example.org:8081',
      origin: 'https://a.example',
    });
    expect(response.statusCode).toBe(200);
    expect(response.headers['content-type']).toContain('application/json');
    expect(response.headers['access-control-allow-origin']).toBe('*');
    expect(response.headers['cache-control']).toBe('no-store');
    expect(response.json()).toEqual({ server: 'media.example.org', ws: 18080, wss: 8443, flash: 1935 });
  });

  it('sends to an IPv6 address in brackets, as the SDK puts it into a URL', async () => {
    const response = await ask('/?action=balance', { host: '[2001:db8::1]:8081' });
    expect(response.json()).toMatchObject({ server: '[2001:db8::1]' });
  });

  it('sends where the settings say', async () => {
    const argv = ['--balance-server', 'edge.example.org', '--balance-ws', '80', '--balance-wss', '443'];
    const response = await ask('/?action=balance', {}, ...argv, '--balance-flash', '1');
    expect(response.json()).toEqual({ server: 'edge.example.org', ws: 80, wss: 443, flash: 1 });
  });

  it('says that a request names no host', async () => {
    const response = await ask('/?action=balance', { host: 'a b"' });
    expect(response.statusCode).toBe(400);
    expect(response.json()).toEqual({ error: 'The Host header names no host' });
  });
});

describe('/ with and without an action', () => {
  it.each(['/', '/?stream=balance', '/index.html?action=balance'])('%s is the console', async (url) => {
    const response = await ask(url);
    expect(response.statusCode).toBe(200);
    expect(response.body).toBe('<title>index.html</title>');
    expect(response.headers).not.toHaveProperty('access-control-allow-origin');
  });

  it.each([
    '/?action=stats',
    '/?action=',
    '/?action=balance&action=balance',
    '/?action=constructor',
  ])('%s is unknown', async (url) => {
    const response = await ask(url, { accept: 'text/html' });
    expect(response.statusCode).toBe(404);
    expect(response.json()).toEqual({ error: 'Unknown action' });
  });
});

describe('the settings', () => {
  it.each([
    '',
    'localhost',
    'a.example.org',
    '192.0.2.1',
    '[2001:db8::1]',
  ])('take the host "%s"', (server) => {
    const files = { 's.json': JSON.stringify({ balance: { server } }) };
    expect(configOf({ argv: ['--config', 's.json'], files }).balance.server).toBe(server);
  });

  it.each(['2001:db8::1', '[192.0.2.1]', 'a:80', 'http://a', 'a/b', '-a', 'a b'])('refuse %s', (server) => {
    expect(problemsOf({ argv: [`--balance-server=${server}`] })).toEqual([
      `balance.server: ${JSON.stringify(server)} is not the name or address of a host, IPv6 in brackets (flag --balance-server)`,
    ]);
  });
});

import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { get } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { Cleanup } from '../support/cleanup.js';
import { freeMediaPorts } from '../support/ports.js';
import { Program } from '../support/program.js';
import { Server } from '../support/server.js';

const example = new URL('../../packaging/nginx.conf', import.meta.url);
const token = '3f9c1f0e8d4b4e7fa1b2c3d4e5f60718';

/** The example in front of a server, with ports and certificate of the test's; returns its port. */
async function proxyOf(server: Server, cleanup: Cleanup): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-nginx-'));
  cleanup.defer(() => rm(folder, { recursive: true, force: true }));
  const port = await freeMediaPorts(1);
  const tls = join(server.dataDir, 'tls');
  const adapted = (await readFile(example, 'utf8'))
    .replace('listen 443 ssl', `listen 127.0.0.1:${port} ssl`)
    .replace(/listen \[::\]:443 ssl;/, '')
    .replaceAll(/(http:\/\/127\.0\.0\.1):8081/g, `$1:${new URL(server.httpUrl).port}`)
    .replaceAll(/(http:\/\/127\.0\.0\.1):8080/g, `$1:${new URL(server.wsUrl).port}`)
    .replace(/ssl_certificate .*;/, `ssl_certificate ${join(tls, 'certificate.pem')};`)
    .replace(/ssl_certificate_key .*;/, `ssl_certificate_key ${join(tls, 'key.pem')};`);
  await mkdir(join(folder, 'temp'));
  const temp = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (kind) => `${kind}_temp_path ${join(folder, 'temp', kind)};`,
  );
  const config = join(folder, 'nginx.conf');
  const http = `http { access_log off; ${temp.join(' ')}\n${adapted}\n}`;
  await writeFile(
    config,
    `daemon off; worker_processes 1; pid ${folder}/pid;\nerror_log stderr notice;\nevents {}\n${http}`,
  );
  const nginx = new Program('/usr/sbin/nginx', ['-c', config, '-e', 'stderr']);
  cleanup.defer(() => nginx.end('SIGTERM'));
  await nginx.output.waitFor('nginx is ready', ({ text }) => text.includes('start worker process '), 10_000);
  return port;
}

describe('the example for nginx', () => {
  const cleanup = new Cleanup();
  let open: Server;
  let guarded: Server;
  let toOpen: number;
  let toGuarded: number;

  beforeAll(async () => {
    const flags = ['--media-workers', '1', '--web-trusted-proxies', '127.0.0.1'];
    open = await Server.start({ flags });
    cleanup.defer(() => open.stop());
    guarded = await Server.start({ flags: [...flags, '--admin-tokens', `viewer:${token}`] });
    cleanup.defer(() => guarded.stop());
    [toOpen, toGuarded] = [await proxyOf(open, cleanup), await proxyOf(guarded, cleanup)];
  });

  afterAll(() => cleanup.run());

  async function status(port: number, path: string, headers: Record<string, string> = {}): Promise<number> {
    const url = `https://127.0.0.1:${port}${path}`;
    const [response] = await once(get(url, { headers, rejectUnauthorized: false }), 'response');
    response.resume();
    return response.statusCode;
  }

  /** 101 and then the first message, or the status that it is refused with. */
  async function socket(port: number, path: string, protocols: string[] = []): Promise<unknown> {
    const client = new WebSocket(`wss://127.0.0.1:${port}${path}`, protocols, { rejectUnauthorized: false });
    try {
      return await Promise.race([
        once(client, 'message').then(([data]) => JSON.parse(String(data))),
        once(client, 'unexpected-response').then(([, response]) => response.statusCode),
      ]);
    } finally {
      client.terminate();
    }
  }

  it('has the pages and the clients’ WebSocket under one name', async () => {
    expect(await status(toOpen, '/')).toBe(200);
    expect(await status(toOpen, '/dashboard')).toBe(200);
    expect(await status(toOpen, '/?action=balance')).toBe(200);
    const client = new WebSocket(`wss://127.0.0.1:${toOpen}/`, { rejectUnauthorized: false });
    await once(client, 'open');
    client.send(JSON.stringify({ message: 'connection', data: [{ appKey: 'defaultApp' }] }));
    const [data] = await once(client, 'message');
    expect(JSON.parse(String(data)).message).toBe('getUserData');
    client.terminate();
  });

  it('lets nobody administer a server that has neither tokens nor users, although it comes from its machine', async () => {
    expect((await fetch(`${open.httpUrl}/api/v1/streams`)).status).toBe(200);
    for (const path of [
      '/api/v1/streams',
      '/api/docs',
      '/rest-api/stream/find_all',
      '/metrics',
      '/?action=stat',
    ])
      expect(await status(toOpen, path), path).toBe(403);
    expect(await status(toOpen, '/api/v1/streams', { 'x-forwarded-for': '127.0.0.1' })).toBe(403);
    expect(await socket(toOpen, '/api/v1/live', ['sluice.live'])).toBe(403);
  });

  it('brings those with credentials to the API and the live socket, and nobody to the rest', async () => {
    expect(await status(toGuarded, '/api/v1/streams')).toBe(401);
    const authorization = `Bearer ${token}`;
    expect(await status(toGuarded, '/api/v1/streams', { authorization })).toBe(200);
    expect(await status(toGuarded, '/metrics', { authorization })).toBe(403);
    const auth = `sluice.auth.${Buffer.from(authorization).toString('base64url')}`;
    expect(await socket(toGuarded, '/api/v1/live', ['sluice.live', auth])).toMatchObject({ type: 'hello' });
    expect(await socket(toGuarded, '/api/v1/live', ['sluice.live'])).toBe(401);
  });
});

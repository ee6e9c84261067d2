import { once } from 'node:events';
import { copyFileSync, renameSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { connect, type TLSSocket } from 'node:tls';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createLogger } from '../../../src/kit/index.js';
import { openCertificate } from '../../../src/tls/index.js';
import { readKeyPair } from '../../../src/tls/key-pair.js';
import { ServerCertificate } from '../../../src/tls/server-certificate.js';
import { pairFor, temporaryFolder } from './support.js';

type Pem = { cert: string; key: string };
let [first, second, expiring]: Pem[] = [];

beforeAll(async () => {
  [first, second, expiring] = await Promise.all([
    pairFor('a.example'),
    pairFor('b.example'),
    pairFor('c.example', 3),
  ]);
});

/** A server on files in a folder of its own, watched; what it logs. */
async function serve(pair: Pem, times = { settle: 5, poll: 3_600_000 }) {
  const folder = temporaryFolder();
  const [certificate, key] = [join(folder, 'c.pem'), join(folder, 'k.pem')];
  /** In one step each, as those do who renew certificates. */
  const put = ({ cert, key: text }: Pem) => {
    for (const [path, content] of [
      [key, text],
      [certificate, cert],
    ] as const) {
      writeFileSync(`${path}.tmp`, content);
      renameSync(`${path}.tmp`, path);
    }
  };
  put(pair);
  const entries: { msg: string; reason?: string }[] = [];
  const log = createLogger({ level: 'info', output: { write: (line) => entries.push(JSON.parse(line)) } });
  const source = { files: [certificate, key], load: () => readKeyPair(certificate, key) };
  const shown = await ServerCertificate.open(source, 'TLSv1.2', log, times);
  const server = shown.createServer({}, (_request, response) => response.end('hello'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    shown.close();
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  return { shown, port, put, folder, certificate, key, entries };
}

/** The name in the certificate that a new connection is shown. */
async function nameShown(port: number): Promise<string> {
  const socket = await open(port);
  const { subjectaltname = '' } = socket.getPeerCertificate();
  socket.destroy();
  return subjectaltname;
}

async function open(port: number, more = {}): Promise<TLSSocket> {
  const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false, ...more });
  await once(socket, 'secureConnect');
  return socket;
}

describe('the certificate of the server', () => {
  it('changes with its files, and those who are connected stay', async () => {
    const { port, put, entries } = await serve(first!);
    const old = await open(port);
    put(second!);
    await expect.poll(() => nameShown(port), { timeout: 20_000 }).toBe('DNS:b.example');
    old.write('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
    expect(String((await once(old, 'data'))[0])).toContain('200 OK');
    expect(entries.map(({ msg }) => msg)).toEqual(['new TLS certificate in use']);
  });

  it('changes without a word of the file system, too', async () => {
    const { port, put } = await serve(first!, { settle: 3_600_000, poll: 20 });
    put(second!);
    await expect.poll(() => nameShown(port), { timeout: 20_000 }).toBe('DNS:b.example');
  });

  it('stays when the files do not fit, which is said once, and changes when they do', async () => {
    const { shown, port, put, key, entries } = await serve(first!, { settle: 3_600_000, poll: 3_600_000 });
    writeFileSync(key, second!.key);
    await shown.refresh();
    await shown.refresh();
    expect(await nameShown(port)).toBe('DNS:a.example');
    expect(entries).toMatchObject(
      [
        { msg: 'the new TLS certificate cannot be used, the old one stays', reason: /not that of the first/ },
      ].map((entry) => ({ ...entry, reason: expect.stringMatching(entry.reason) })),
    );
    writeFileSync(key, 'rubbish');
    await shown.refresh();
    expect(entries).toHaveLength(2);
    put(second!);
    await shown.refresh();
    expect(await nameShown(port)).toBe('DNS:b.example');
    expect(JSON.stringify(entries)).not.toMatch(/BEGIN|rubbish/);
  });

  it('is taken although it expires soon, with a warning', async () => {
    const { shown, entries } = await serve(expiring!, { settle: 3_600_000, poll: 3_600_000 });
    await shown.refresh();
    expect(entries.map(({ msg }) => msg)).toEqual([
      'the TLS certificate expires soon or has expired, renew it',
    ]);
  });

  it('is shown over TLS 1.2 and 1.3, and no older version', async () => {
    const { port } = await serve(first!);
    for (const version of ['TLSv1.2', 'TLSv1.3']) {
      const socket = await open(port, { minVersion: version, maxVersion: version });
      expect(socket.getProtocol()).toBe(version);
      socket.destroy();
    }
    const old = open(port, { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' });
    await expect(old).rejects.toThrow(/alert|protocol/i);
  });
});

describe('opening it', () => {
  const options = { certificate: '', key: '', minVersion: 'TLSv1.2' } as const;
  const log = createLogger({ level: 'silent' });

  it('makes one where none is configured', async () => {
    const folder = temporaryFolder();
    const made = await openCertificate(options, folder, ['localhost', 'not a name'], log);
    expect(made.selfSigned).toBe(true);
    made.close();
    copyFileSync(join(folder, 'certificate.pem'), join(folder, 'copy.pem'));
    const again = { ...options, certificate: join(folder, 'copy.pem'), key: join(folder, 'key.pem') };
    (await openCertificate(again, folder, [], log)).close();
  });

  it('says which files it cannot use, and why', async () => {
    const wrong = { ...options, certificate: '/nowhere/c.pem', key: '/nowhere/k.pem' };
    await expect(openCertificate(wrong, '', [], log)).rejects.toMatchObject({
      code: 'TLS_CERTIFICATE_UNUSABLE',
      message: expect.stringMatching(/\/nowhere\/c\.pem and \/nowhere\/k\.pem cannot be used: ENOENT/),
    });
  });
});

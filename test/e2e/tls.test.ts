import { once } from 'node:events';
import { rename, writeFile } from 'node:fs/promises';
import { get } from 'node:https';
import { join } from 'node:path';
import { connect, type TLSSocket } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { launchChromium } from '../support/browser/chromium.js';
import type { Tab } from '../support/browser/tab.js';
import { Cleanup } from '../support/cleanup.js';
import { runServer, Server } from '../support/server.js';
import { issuedPairFor, pairFor, temporaryFolder } from '../unit/tls/support.js';

const cleanup = new Cleanup();
afterEach(() => cleanup.run());

async function start(...flags: string[]): Promise<Server> {
  const server = await Server.start({ flags: ['--media-workers', '1', ...flags] });
  cleanup.defer(() => server.stop());
  return server;
}

/** What a page over HTTPS says, whoever vouches for the certificate. */
async function fetchSecurely(url: string | URL, more = {}) {
  const [response] = await once(get(url, { rejectUnauthorized: false, ...more }), 'response');
  response.setEncoding('utf8');
  let body = '';
  for await (const part of response) body += part;
  return { status: response.statusCode, headers: response.headers, body };
}

async function namesShown(url: string): Promise<string | undefined> {
  const { hostname: host, port } = new URL(url);
  const socket: TLSSocket = connect({ host, port: Number(port), rejectUnauthorized: false });
  await once(socket, 'secureConnect');
  const { subjectaltname } = socket.getPeerCertificate();
  socket.destroy();
  return subjectaltname;
}

async function waitFor(tab: Tab, expression: string): Promise<void> {
  await expect
    .poll(() => tab.evaluate<boolean>(`Boolean(${expression})`), { timeout: 30_000, message: expression })
    .toBe(true);
}

/** Publishes or plays with the Web SDK that the page has; `window.status` tells how it goes. */
function streamOf(url: string, name: string, action: 'publish' | 'play'): string {
  return `(() => {
    const display = document.body.appendChild(document.createElement('div'));
    Flashphoner.createSession({ urlServer: '${url}' }).on('ESTABLISHED', (session) => {
      const stream = session.createStream({ name: '${name}', display });
      for (const status of ['PUBLISHING', 'PLAYING', 'FAILED']) stream.on(status, () => { window.status = status; });
      stream.${action}();
    });
  })()`;
}

describe('a server with its self-signed certificate', () => {
  it('lets a page over HTTPS publish and play', async () => {
    const launching = launchChromium({ takesAnyCertificate: true });
    cleanup.defer(async () => (await launching).close());
    const [server, browser] = await Promise.all([start(), launching]);
    const tab = await browser.newTab();
    await tab.goto(`${server.ready.httpsUrl}/`);
    await waitFor(tab, `document.body.textContent.includes(${JSON.stringify(server.ready.wssUrl)})`);
    expect(await tab.evaluate('window.isSecureContext')).toBe(true);
    await tab.evaluate(streamOf(server.ready.wssUrl!, 'secure', 'publish'));
    await waitFor(tab, 'window.status === "PUBLISHING"');

    const player = await browser.newTab();
    await player.goto(`${server.ready.httpsUrl}/`);
    await waitFor(player, `document.body.textContent.includes(${JSON.stringify(server.ready.wssUrl)})`);
    await player.evaluate(streamOf(server.ready.wssUrl!, 'secure', 'play'));
    await waitFor(
      player,
      '[...document.querySelectorAll("video")].some((v) => v.videoWidth > 0 && v.currentTime > 0.5)',
    );
    expect([...tab.console, ...player.console].filter((line) => /polic|refused/i.test(line))).toEqual([]);
  });

  it('serves both ways what it serves, and tells no browser to insist on TLS', async () => {
    const { ready } = await start();
    const health = await fetchSecurely(`${ready.httpsUrl}/health`);
    expect(health).toMatchObject({ status: 200, body: '{"status":"ok"}' });
    expect(health.headers).not.toHaveProperty('strict-transport-security');
    const settings = JSON.parse((await fetchSecurely(`${ready.httpsUrl}/settings.json`)).body);
    expect(settings).toMatchObject({
      wsPort: Number(new URL(ready.wsUrl).port),
      wssPort: Number(new URL(ready.wssUrl!).port),
    });
    expect(health.headers['content-security-policy']).toContain(`${ready.wsUrl} ${ready.wssUrl};`);
    const balance = await (await fetch(`${ready.httpUrl}/?action=balance`)).json();
    expect(balance).toMatchObject({ ws: settings.wsPort, wss: settings.wssPort });
    // Who looks for the certificate of the WebSocket port with a browser gets a page, not an error.
    const plain = await fetchSecurely(ready.wssUrl!.replace('wss:', 'https:'));
    expect(plain).toMatchObject({ status: 426 });
  });

  it('has the same certificate after a restart, and none without TLS', async () => {
    const dataDir = temporaryFolder();
    const starting = start('--tls-enabled', 'false');
    cleanup.defer(async () => (await starting).stop());
    const shown: (string | undefined)[] = [];
    for (let run = 0; run < 2; run++) {
      const server = await Server.start({ flags: ['--data-dir', dataDir, '--media-workers', '1'] });
      const { hostname: host, port } = new URL(server.ready.wssUrl!);
      const socket = connect({ host, port: Number(port), rejectUnauthorized: false });
      await once(socket, 'secureConnect');
      shown.push(socket.getPeerCertificate().fingerprint256);
      socket.destroy();
      await server.stop();
    }
    expect(shown[0]).toBeTruthy();
    expect(shown[1]).toBe(shown[0]);
    const { ready } = await starting;
    expect(ready).toMatchObject({ wssUrl: undefined, httpsUrl: undefined });
    expect(await (await fetch(`${ready.httpUrl}/settings.json`)).json()).toMatchObject({ wssPort: null });
  });
});

describe('a server with a certificate of its operator', () => {
  it('takes a new one in while clients stay connected', async () => {
    const folder = temporaryFolder();
    const files = { cert: join(folder, 'c.pem'), key: join(folder, 'k.pem') };
    const put = async (pair: { cert: string; key: string }) => {
      for (const name of ['key', 'cert'] as const) {
        await writeFile(`${files[name]}.new`, pair[name]);
        await rename(`${files[name]}.new`, files[name]);
      }
    };
    const issued = await issuedPairFor('a.example');
    await put(issued);
    const { ready, program } = await start('--tls-certificate', files.cert, '--tls-key', files.key);

    const trusting = { rejectUnauthorized: true, ca: issued.ca, servername: 'a.example' };
    const health = await fetchSecurely(`${ready.httpsUrl}/health`, trusting);
    expect(health.headers['strict-transport-security']).toBe('max-age=15768000');
    expect((await fetch(`${ready.httpUrl}/health`)).headers.get('strict-transport-security')).toBeNull();

    const client = new WebSocket(ready.wssUrl!, trusting);
    await once(client, 'open');
    client.send(JSON.stringify({ message: 'connection', data: [{ appKey: 'defaultApp' }] }));
    await once(client, 'message');

    await writeFile(files.key, 'no key');
    await program.output.waitFor(
      'the bad pair is refused',
      ({ text }) => text.includes('the old one stays'),
      20_000,
    );
    expect(await namesShown(ready.wssUrl!)).toBe('DNS:a.example');
    await put(await pairFor('b.example'));
    for (const url of [ready.wssUrl!, ready.httpsUrl!]) {
      await expect.poll(() => namesShown(url), { timeout: 20_000 }).toBe('DNS:b.example');
    }

    const answered = once(client, 'message');
    const data = [{ mediaSessionId: 'x', name: 'nothing' }];
    client.send(JSON.stringify({ message: 'availableStream', data }));
    expect(String((await answered)[0])).toContain('availableStream');
    client.close();
    await once(client, 'close');
  });

  it('does not start with files that it cannot use', async () => {
    const folder = temporaryFolder();
    const [own, other] = [await pairFor('a.example'), await pairFor('b.example')];
    const [cert, key] = [join(folder, 'c.pem'), join(folder, 'k.pem')];
    await writeFile(cert, own.cert);
    await writeFile(key, other.key);
    const flags = [
      '--data-dir',
      folder,
      '--host',
      '127.0.0.1',
      '--media-port',
      '0',
      '--tls-certificate',
      cert,
    ];
    const [{ code, program }, alone] = await Promise.all([
      runServer([...flags, '--tls-key', key]),
      runServer(flags),
    ]);
    expect(code).toBe(1);
    expect(program.text('stderr')).toMatch(/c\.pem and .*k\.pem cannot be used: the key is not that of/);
    expect(alone.code).toBe(1);
    expect(alone.program.text('stderr')).toContain('tls.certificate: needs tls.key beside it');
  });
});

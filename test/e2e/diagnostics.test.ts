import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SdkPage } from '../support/browser/sdk-page.js';
import type { Browser } from '../support/browser/tab.js';
import { CAMERA_640 } from '../support/core-case.js';
import { Server } from '../support/server.js';
import { Stage, showServerOnFailure } from '../support/stage.js';
import { WcsClient } from '../support/wcs-client.js';

interface DebugEvent {
  readonly status: string;
  readonly file?: string;
}

describe('diagnostics with the real Web SDK', () => {
  let stage: Stage | undefined;
  let browser: Browser;

  beforeAll(async () => {
    stage = await Stage.open({ chromium: {} });
    browser = stage.chromium;
  });

  afterAll(() => stage?.close());

  showServerOnFailure(() => stage?.server);

  const debug = (page: SdkPage, method: 'startDebug' | 'stopDebug') =>
    page.call<DebugEvent>('debug', method, 10_000);

  it('records a session that publishes, and gives the record over HTTP without its secrets', async () => {
    const page = await stage!.connect(browser, { custom: { token: 'app-secret' } });
    expect(await debug(page, 'startDebug')).toEqual({ status: 'STARTED' });
    const published = await page.publishing('debugged', { ...CAMERA_640, custom: { token: 'app-secret' } });
    await published.stop();
    await published.waitFor('UNPUBLISHED');
    const { status, file } = await debug(page, 'stopDebug');
    expect(status).toBe('STOPPED');
    expect(file).toMatch(/^client\/debug\/[\w-]+\.jsonl$/);

    const response = await fetch(new URL(`/${file}`, stage!.server.httpUrl));
    expect(response.status).toBe(200);
    expect(response.headers.get('content-disposition')).toMatch(/^attachment; filename="[\w-]+\.jsonl"$/);
    const text = await response.text();
    const [head, ...lines] = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(head).toMatchObject({
      record: 'session debug',
      ended: 'stop',
      dropped: 0,
      remoteAddress: '127.0.0.1',
    });
    expect(head.userAgent).toContain('Chrome');

    const framesOf = (direction: string, message: string) =>
      lines.filter((line) => line.direction === direction && line.frame?.message === message);
    const [offer] = framesOf('in', 'publishStream');
    const [answer] = framesOf('out', 'setRemoteSDP');
    expect(offer.frame.data[0]).toMatchObject({ name: 'debugged', custom: '[redacted]' });
    expect(offer.frame.data[0].sdp).toContain('a=ice-pwd:[redacted]\r\n');
    expect(answer.frame.data[1]).toContain('a=ice-pwd:[redacted]\r\n');
    expect(framesOf('out', 'notifyStreamStatusEvent').map(({ frame }) => frame.data[0].status)).toEqual([
      'PUBLISHING',
      'UNPUBLISHED',
    ]);
    // The SDK logs its offer line by line of its own log, which it pushes here.
    const logs = framesOf('in', 'pushLogs').map(({ frame }) => String(frame.data[0].logs));
    expect(logs.some((log) => log.includes('Offer SDP') && log.includes('a=ice-pwd:[redacted]'))).toBe(true);
    expect(text).not.toMatch(/a=ice-pwd:(?!\[redacted\])/);
    expect(text).not.toContain('app-secret');
    const { authToken } = await page.call<{ authToken: string }>('userData');
    expect(authToken).toMatch(/.{16,}/);
    expect(text).not.toContain(authToken);
    await page.close();
  });

  it('connects where the URL of the load balancer sends it', async () => {
    const lbUrl = new URL('/?action=balance', stage!.server.httpUrl).href;
    const page = await stage!.connect(browser, { urlServer: 'ws://127.0.0.1:9', lbUrl });
    await page.publishing('balanced', CAMERA_640);
    await page.close();
  });
});

describe('diagnostics', () => {
  let server: Server | undefined;

  beforeAll(async () => {
    server = await Server.start({ logLevel: 'debug' });
  });

  afterAll(() => server?.stop());

  showServerOnFailure(() => server);

  it('writes the record of a session whose socket closes, and lists records to nobody', async () => {
    const client = await WcsClient.connect(server!.wsUrl);
    client.send('sessionDebug', { command: 'start' });
    await client.message('notifySessionDebugEvent');
    await client.close();
    const folder = join(server!.dataDir, 'debug');
    await expect.poll(() => readdir(folder).catch(() => []), { timeout: 5000 }).toHaveLength(1);
    for (const path of ['/client/debug/', '/client/debug', '/client/']) {
      expect((await fetch(new URL(path, server!.httpUrl))).status).toBe(404);
    }
  });

  it('keeps a bug report, and never serves it', async () => {
    const client = await WcsClient.connect(server!.wsUrl);
    client.send('submitBugReport', { text: 'no sound' });
    const { data } = await client.message('notifyBugReport');
    const name = String(data[0]);
    const text = await readFile(join(server!.dataDir, 'bug-reports', name), 'utf8');
    expect(JSON.parse(text)).toMatchObject({ remoteAddress: '127.0.0.1', report: { text: 'no sound' } });
    for (const folder of [
      'client/debug',
      'client/bug-reports',
      'bug-reports',
      'client/debug/..%2f..%2fbug-reports',
    ]) {
      expect((await fetch(new URL(`/${folder}/${name}`, server!.httpUrl))).status).toBe(404);
    }
    await client.close();
  });

  it('takes the lines of a client at its rate and serves it on', async () => {
    const client = await WcsClient.connect(server!.wsUrl);
    for (let count = 0; count < 1500; count++) client.send('pushLogs', { logs: `flood ${count}\n` });
    expect(await client.isServed()).toBe(true);
    await client.close();
    await expect
      .poll(() => server!.program.text().includes('client log lines dropped'), { timeout: 5000 })
      .toBe(true);
    const taken = server!.program
      .text()
      .split('\n')
      .filter((line) => line.includes('flood '));
    expect(taken.length).toBeGreaterThanOrEqual(20);
    expect(taken.length).toBeLessThan(200);
  });
});

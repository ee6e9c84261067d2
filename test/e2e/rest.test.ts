import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type PageServer, startPageServer } from '../support/browser/page-server.js';
import type { SdkPage } from '../support/browser/sdk-page.js';
import type { Browser, Tab } from '../support/browser/tab.js';
import { Server } from '../support/server.js';
import { Stage, showServerOnFailure } from '../support/stage.js';

const TOKEN = 'e2e-token-0123456789';
const MODULE = readFileSync(
  createRequire(import.meta.url).resolve('@flashphoner/websdk/src/rest-module.js'),
  'utf8',
);

/** What the SDK's module answers; a string for what it rejects with: the status, or `undefined`. */
type Answer<T> = T | string;

interface ListedStream {
  readonly mediaSessionId: string;
  readonly published: boolean;
  readonly status: string;
  readonly sessionId: string;
  readonly metrics?: Readonly<Record<string, number>>;
}

/** Puts the SDK's own module into a page, unchanged. */
async function loadModule(tab: Tab, url: string): Promise<void> {
  await tab.evaluate(`(() => {
    const module = { exports: {} };
    ${MODULE}
    window.rest = module.exports.instance(${JSON.stringify(url)}, ${JSON.stringify(url)});
  })()`);
}

/** Calls a method of it. */
function callModule<T>(tab: Tab, call: string): Promise<Answer<T>> {
  return tab.evaluate(`rest.${call}.catch((error) => 'refused ' + (error && error.status))`);
}

/** Sends a request as it stands, and reads until the server closes. */
async function raw(httpUrl: string, request: string): Promise<string> {
  const { hostname, port } = new URL(httpUrl);
  const socket = connect(Number(port), hostname);
  socket.write(request);
  return text(socket);
}

describe('the REST API', () => {
  let allowed: PageServer | undefined;
  let stage: Stage | undefined;
  let chromium: Browser;
  let publisher: SdkPage;
  let player: SdkPage;
  let tab: Tab;

  beforeAll(async () => {
    allowed = await startPageServer([]);
    stage = await Stage.open({ chromium: {}, flags: ['--admin-allowed-origins', allowed.url] });
    chromium = stage.chromium;
    publisher = await stage.connect(chromium);
    player = await stage.connect(chromium);
    tab = await chromium.newTab();
    await tab.goto(allowed.url);
    await loadModule(tab, stage.server.httpUrl);
  });

  afterAll(async () => {
    await stage?.close();
    await allowed?.close();
  });

  showServerOnFailure(() => stage?.server);

  it('serves the module of the Web SDK in a page of an allowed origin', async () => {
    expect(await callModule(tab, 'stream.findAll()')).toMatch(/^refused/);
    const published = await publisher.publishing('rest');
    const played = await player.playing('rest');
    await played.firstFrame();

    const streams = (await callModule<ListedStream[]>(tab, 'stream.findAll()')) as ListedStream[];
    expect(streams.map(({ published: own, status }) => [own, status])).toEqual([
      [true, 'PUBLISHING'],
      [false, 'PLAYING'],
    ]);
    const [first, second] = streams as [ListedStream, ListedStream];
    await expect
      .poll(async () => {
        const found = await callModule<ListedStream[]>(tab, `stream.find(null, 'rest', true, true)`);
        return Number((found as ListedStream[])[0]?.metrics?.VIDEO_RATE ?? 0);
      })
      .toBeGreaterThan(10_000);
    const connections = (await callModule(tab, 'connection.findAll()')) as { sessionId: string }[];
    expect(connections.map(({ sessionId }) => sessionId)).toEqual([first.sessionId, second.sessionId]);
    expect(
      await callModule(tab, `connection.setLogLevel(${JSON.stringify(first.sessionId)}, 'DEBUG')`),
    ).toBeUndefined();
    expect(await callModule(tab, 'push.findAll()')).toMatch(/^refused/);

    expect(
      await callModule(tab, `stream.terminate(${JSON.stringify(first.mediaSessionId)})`),
    ).toBeUndefined();
    expect(await published.waitFor('FAILED')).toMatchObject({ info: 'Stopped by rest /terminate' });
    expect(await played.waitFor('FAILED')).toMatchObject({ info: 'Stopped by publisher stop' });
    expect(await callModule(tab, 'stream.findAll()')).toMatch(/^refused/);
  });

  it('terminates one player, and a connection', async () => {
    const published = await publisher.publishing('rest');
    const played = await player.playing('rest');
    const [stream] = (await callModule(tab, `stream.find(null, 'rest', false)`)) as ListedStream[];
    await callModule(tab, `stream.terminate(${JSON.stringify(stream!.mediaSessionId)})`);
    expect(await played.waitFor('FAILED')).toMatchObject({ info: 'Stopped by rest /terminate' });
    const again = await player.playing('rest');
    const [own] = (await callModule(tab, `stream.find(null, 'rest', true)`)) as ListedStream[];
    await callModule(tab, `connection.terminate(${JSON.stringify(own!.sessionId)})`);
    await publisher.waitForSession('DISCONNECTED');
    expect(await again.waitFor('FAILED')).toMatchObject({ info: 'Stopped by publisher stop' });
    await published.waitFor('FAILED');
    await publisher.close();
    publisher = await stage!.connect(chromium);
  });

  it('gives a picture of a stream, by both APIs', async () => {
    await publisher.publishing('picture');
    const { httpUrl } = stage!.server;
    const answer = await fetch(`${httpUrl}/rest-api/stream/snapshot`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ streamName: 'picture' }),
    });
    const { data } = (await answer.json()) as { data: string };
    const own = await fetch(`${httpUrl}/api/v1/streams/picture/snapshot`);
    expect(own.headers.get('content-type')).toBe('image/png');
    for (const png of [Buffer.from(data, 'base64'), Buffer.from(await own.arrayBuffer())]) {
      expect(png.subarray(1, 4).toString('latin1')).toBe('PNG');
    }
    // The quickest of several: others may have wanted the processors during one.
    const times: number[] = [];
    while (times.length < 5 && !times.some((ms) => ms < 1000)) {
      const askedAt = performance.now();
      await (await fetch(`${httpUrl}/api/v1/streams/picture/snapshot`)).arrayBuffer();
      times.push(performance.now() - askedAt);
    }
    expect(Math.min(...times)).toBeLessThan(1000);
    const listed = await fetch(`${httpUrl}/api/v1/streams?name=picture`);
    expect(await listed.json()).toMatchObject({ total: 1, items: [{ name: 'picture', viewers: 0 }] });
    expect((await fetch(`${httpUrl}/api/v1/streams/picture`, { method: 'DELETE' })).status).toBe(204);
  });

  it('has a stream made of another, that plays under its own name and ends with its source', async () => {
    const source = await publisher.publishing('source', { constraints: { audio: true, video: true } });
    const post = (path: string, body: object) =>
      fetch(new URL(path, stage!.server.httpUrl), {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    const order = { uri: 'transcoder://small', remoteStreamName: 'source', localStreamName: 'small' };
    const encoder = { codec: 'VP8', width: 160, height: 120, fps: 15 };
    expect((await post('/rest-api/transcoder/startup', { ...order, encoder })).status).toBe(200);
    expect((await post('/rest-api/transcoder/startup', order)).status).toBe(409);
    const played = await player.playing('small');
    expect(await played.reachWidth(160, 10_000)).toEqual({ width: 160, height: 120 });
    // Sound may come later than the picture.
    const codecs = async () => {
      const { audio, video } = (await played.stats()).inbound;
      return [video?.codec, audio?.codec];
    };
    await expect.poll(codecs).toEqual(['video/VP8', 'audio/opus']);
    await source.stop();
    expect((await played.waitFor('FAILED')).info).toBe('Stopped by publisher stop');
    expect((await fetch(new URL('/api/v1/transcoders/small', stage!.server.httpUrl))).status).toBe(404);
  });

  it('refuses pages of another origin, and those that have their name point here', async () => {
    const { httpUrl } = stage!.server;
    const published = await publisher.publishing('kept');
    const foreign = publisher.tab;
    await loadModule(foreign, httpUrl);
    expect(await callModule(foreign, 'stream.findAll()')).toMatch(/^refused/);
    const [stream] = (await callModule(tab, `stream.find(null, 'kept', true)`)) as ListedStream[];
    const { mediaSessionId } = stream!;
    expect(await callModule(foreign, `stream.terminate(${JSON.stringify(mediaSessionId)})`)).toMatch(
      /^refused/,
    );
    // Without asking in advance, as a form would send it.
    await foreign.evaluate(`fetch('${httpUrl}/rest-api/stream/terminate', {
      method: 'POST', mode: 'no-cors', body: '{"name":"kept"}' }).then(() => null)`);
    const body = '{"name":"kept"}';
    const rebound = await raw(
      httpUrl,
      `POST /rest-api/stream/terminate HTTP/1.1\r\nHost: evil.example\r\nOrigin: http://evil.example\r\n` +
        `Content-Type: application/json\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
    );
    expect(rebound).toMatch(/^HTTP\/1\.1 403 /);
    const proxied = await raw(httpUrl, 'GET /rest-api/stream/find_all HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n');
    expect(proxied).toMatch(/^HTTP\/1\.1 403 /);
    expect((await published.statuses()).map(({ status }) => status)).not.toContain('FAILED');
    const kept = await fetch(`${httpUrl}/api/v1/media-sessions/${mediaSessionId}`);
    expect(await kept.json()).toMatchObject({ status: 'PUBLISHING' });
  });

  it('has a browser for its document, which the content security policy does not hinder', async () => {
    const page = await chromium.newTab();
    await page.goto(`${stage!.server.httpUrl}/api/docs/`);
    const summaries = await page.evaluate<string[]>(`new Promise((resolve) => {
      const look = () => {
        const found = [...document.querySelectorAll('.opblock-summary-path')].map((one) => one.textContent);
        if (found.length > 0) resolve(found);
      };
      new MutationObserver(look).observe(document, { childList: true, subtree: true });
      look();
    })`);
    expect(summaries).toHaveLength(25);
    expect(page.console.filter((line) => /^(error|uncaught)/.test(line))).toEqual([]);
  });
});

describe('the REST API with a token', () => {
  let server: Server | undefined;

  beforeAll(async () => {
    server = await Server.start({ flags: ['--admin-tokens', TOKEN] });
  });

  afterAll(() => server?.stop());

  showServerOnFailure(() => server);

  it('is closed to this machine, too, but for the token; what clients use stays open', async () => {
    const status = async (path: string, headers: Record<string, string> = {}) =>
      (await fetch(`${server!.httpUrl}${path}`, { headers })).status;
    const basic = `Basic ${Buffer.from(`token:${TOKEN}`).toString('base64')}`;
    for (const path of ['/rest-api/stream/find_all', '/api/v1/server', '/api/docs/', '/api/v1/openapi.json'])
      expect([path, await status(path)]).toEqual([path, 401]);
    expect(await status('/api/v1/server', { authorization: `Bearer ${TOKEN}` })).toBe(200);
    expect(await status('/api/docs/', { authorization: basic })).toBe(200);
    expect(await status('/rest-api/stream/find_all', { authorization: basic })).toBe(404);
    expect(await status('/health')).toBe(200);
    const page = await fetch(server!.httpUrl);
    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toContain('text/html');
    const sdk = await fetch(new URL('/sdk/flashphoner.js', server!.httpUrl));
    expect(sdk.status).toBe(200);
    expect(await sdk.text()).toContain('Flashphoner');
  });

  it('writes down who changed what, and never the token', async () => {
    const answer = await fetch(`${server!.httpUrl}/api/v1/streams/nobody`, {
      method: 'DELETE',
      headers: { authorization: `Bearer ${TOKEN}` },
    });
    expect(answer.status).toBe(404);
    await server!.program.output.waitFor(
      'audit line',
      ({ text: line }) =>
        line.includes('"who":"token 1"') && line.includes('"path":"/api/v1/streams/nobody"'),
      5000,
    );
    expect(server!.program.text()).not.toContain(TOKEN);
  });
});

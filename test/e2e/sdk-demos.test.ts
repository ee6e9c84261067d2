import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type PageServer, startPageServer } from '../support/browser/page-server.js';
import type { Browser } from '../support/browser/tab.js';
import { Stage, showServerOnFailure } from '../support/stage.js';

const sdk = dirname(createRequire(import.meta.url).resolve('@flashphoner/websdk/package.json'));
const demos = '/examples/demo/streaming';
const files = [
  ...['html', 'js'].flatMap((end) => [
    `${demos}/stream-snapshot/stream-snapshot.${end}`,
    `${demos}/player/player.${end}`,
  ]),
  ...[
    'jquery/jquery-1.12.0.js',
    'jquery/jquery-ui.js',
    'js/utils.js',
    'bootstrap/js/bootstrap.js',
    'media/preloader.mp4',
  ].map((name) => `/examples/demo/dependencies/${name}`),
  '/flashphoner.js',
];

describe('demos of the Web SDK, as they are in its package', () => {
  let stage: Stage | undefined;
  let pages: PageServer;
  let browser: Browser;

  beforeAll(async () => {
    stage = await Stage.open({ chromium: {} });
    pages = await startPageServer([], Object.fromEntries(files.map((path) => [path, join(sdk, path)])));
    browser = stage.chromium;
  });

  afterAll(async () => {
    await pages?.close();
    await stage?.close();
  });

  showServerOnFailure(() => stage?.server);

  it('stream-snapshot publishes, and shows a picture of what it publishes; player plays it', async () => {
    const { wsUrl } = stage!.server;
    const publisher = await browser.newTab();
    await publisher.goto(`${pages.url}${demos}/stream-snapshot/stream-snapshot.html`);
    await publisher.evaluate(`$('#url').val('${wsUrl}/demo'), $('#publishBtn').trigger('click'), true`);
    const status = (tab: typeof publisher, wanted: string) =>
      expect.poll(() => tab.evaluate(`$('#status').text()`), { timeout: 15_000 }).toBe(wanted);
    await status(publisher, 'PUBLISHING');
    await publisher.evaluate(`$('#snapshotBtn').trigger('click'), true`);
    const width = `document.querySelector('#dynImg').naturalWidth`;
    await expect.poll(() => publisher.evaluate<number>(width), { timeout: 15_000 }).toBeGreaterThan(100);

    const player = await browser.newTab();
    await player.goto(`${pages.url}${demos}/player/player.html`);
    await player.evaluate(
      `$('#url').val('${wsUrl}'), $('#streamName').val('demo'), $('#playBtn').trigger('click'), true`,
    );
    await status(player, 'PLAYING');
    const shown = `document.querySelector('#remoteVideo video')?.videoWidth ?? 0`;
    await expect.poll(() => player.evaluate<number>(shown), { timeout: 15_000 }).toBeGreaterThan(100);
  });
});

import { createRequire } from 'node:module';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchChromium } from '../support/browser/chromium.js';
import { type PageServer, startPageServer } from '../support/browser/page-server.js';
import type { Browser } from '../support/browser/tab.js';
import { Server } from '../support/server.js';
import { showServerOnFailure } from '../support/stage.js';

// The Web SDK's own tests, unchanged, as its test/test.html runs them: test/test.js of the package in a browser.

const require = createRequire(import.meta.url);
const packageFolder = (name: string) => join(require.resolve(`${name}/package.json`), '..');
const SUITE_TIMEOUT_MS = 180_000;

/** Every test of the package's test/test.js: none may go missing unnoticed. */
const TITLES = [
  'flashphoner should create session after initialization',
  'flashphoner should expose sessions',
  'flashphoner session should expose methods',
  'flashphoner session should connect',
  'flashphoner session status should be FAILED when connecting to closed port',
  'flashphoner session should disconnect',
  'flashphoner session should create stream',
  'flashphoner session should expose streams',
  'flashphoner session streams should expose methods',
  'flashphoner session streams should publish and play',
  'flashphoner session streams should clean up video',
  'flashphoner session streams stream should fail on session disconnect',
  'flashphoner session streams instant publish stop should result in UNPUBLISHED event',
  'flashphoner session streams instant play stop should result in STOPPED/FAILED event',
  'flashphoner session streams play stream that is not available should result in FAILED event',
];

/**
 * What its author's SDK no longer does: since it keeps the video elements of stopped streams for reuse, this test fails
 * at its last expectation against any server, also with the chai 3 that the package asks for. The expectation is
 * reached only when both players have got STOPPED, so failing there and nowhere else is what a server can achieve.
 */
const BEYOND_ANY_SERVER = new Map([
  ['flashphoner session streams should clean up video', /^expected <video.*to be empty$/s],
]);

interface Result {
  readonly title: string;
  readonly problem: string | null;
}

/** What test/test.html defines for the tests, then the run, reported test by test. */
const runSuite = (urlServer: string) => `(async () => {
  window.expect = (await import('/chai/index.js')).expect;
  window.sOptions = { urlServer: ${JSON.stringify(urlServer)} };
  window.initOptions = {};
  window.addDisplay = (width = 320, height = 240) => {
    const display = document.createElement('div');
    display.setAttribute('style', 'width:' + width + 'px; height:' + height + 'px; border: solid; border-width: 1px');
    document.body.insertBefore(display, document.body.firstChild);
    return display;
  };
  window.removeDisplay = (display) => document.body.removeChild(display);
  mocha.setup({ ui: 'bdd', reporter: function () {} });
  await new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.src = '/suite.js';
    script.onload = resolve;
    script.onerror = reject;
    document.body.append(script);
  });
  const results = [];
  await new Promise((resolve) => {
    const runner = mocha.run(resolve);
    runner.on('pass', (test) => results.push({ title: test.fullTitle(), problem: null }));
    runner.on('fail', (test, error) => results.push({ title: test.fullTitle(), problem: String(error.message) }));
  });
  return JSON.stringify(results);
})()`;

describe("the Web SDK's own suite in Chromium", () => {
  let server: Server | undefined;
  let pages: PageServer | undefined;
  let browser: Browser | undefined;
  let results: Result[];

  beforeAll(async () => {
    server = await Server.start();
    pages = await startPageServer([new URL('/sdk/flashphoner.js', server.httpUrl).href, '/mocha.js'], {
      '/mocha.js': join(packageFolder('mocha'), 'mocha.js'),
      '/chai/index.js': join(packageFolder('chai'), 'index.js'),
      '/suite.js': join(packageFolder('@flashphoner/websdk'), 'test', 'test.js'),
    });
    browser = await launchChromium();
    const tab = await browser.newTab();
    await tab.goto(pages.url);
    results = JSON.parse(await tab.evaluate<string>(runSuite(server.wsUrl))) as Result[];
  }, SUITE_TIMEOUT_MS);

  afterAll(async () => {
    await browser?.close();
    await pages?.close();
    await server?.stop();
  });

  showServerOnFailure(() => server);

  it.each(TITLES)('%s', (title) => {
    const ownFault = BEYOND_ANY_SERVER.get(title);
    const problem = ownFault ? expect.stringMatching(ownFault) : null;
    expect(results.filter((result) => result.title === title)).toEqual([{ title, problem }]);
  });

  it('has no other tests, and no hook that failed', () => {
    expect(results.map(({ title }) => title).filter((title) => !TITLES.includes(title))).toEqual([]);
  });
});

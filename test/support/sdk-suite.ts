import { createRequire } from 'node:module';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchChromium } from './browser/chromium.js';
import { launchFirefox } from './browser/firefox.js';
import { startPageServer } from './browser/page-server.js';
import { Cleanup } from './cleanup.js';
import { enterNamespace, NAMESPACE_ADDRESS } from './netns.js';
import { Server } from './server.js';
import { showServerOnFailure } from './stage.js';

const require = createRequire(import.meta.url);
const packageFolder = (name: string) => join(require.resolve(`${name}/package.json`), '..');
const SUITE_TIMEOUT_MS = 240_000;
/** For hooks and tests that set no time themselves: mocha's 2 s are too few where files share the machine. */
const DEFAULT_TIMEOUT_MS = 10_000;
/** For tests that can only wait for their time to be over, unless their suite says otherwise. */
const IMPOSSIBLE_TIMEOUT_MS = 5000;

/** A file of the Web SDK's own tests, and what is to be expected of it. */
export interface SdkSuite {
  /** Its name in the package's folder `test`. */
  readonly file: string;
  /** The build of the SDK that its page loads, as the server names it under `/sdk/`. */
  readonly build: string;
  /** What the page does before it loads the tests. */
  readonly prelude?: string;
  /** More of the server's command line. */
  readonly flags?: readonly string[];
  /** Time for tests of `beyondAnyServer`, ms. */
  readonly impossibleMs?: number;
  /** Firefox in a network namespace instead of Chromium. */
  readonly inFirefox?: boolean;
  /** Every test of the file: none may go missing unnoticed. */
  readonly titles: readonly string[];
  /** Tests that fail against any server, each with the only problem it may have: the error, then the SDK's warnings. */
  readonly beyondAnyServer: ReadonlyMap<string, RegExp>;
}

interface Result {
  readonly title: string;
  /** The error's message and the warnings that the SDK wrote during the test, a line each; null when it passed. */
  readonly problem: string | null;
}

/** What test/test.html of the package defines for the tests, then the run, reported test by test. */
const runSuite = (
  urlServer: string,
  { prelude = '', beyondAnyServer, impossibleMs = IMPOSSIBLE_TIMEOUT_MS }: SdkSuite,
) => `(async () => {
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
  ${prelude}
  mocha.setup({ ui: 'bdd', reporter: function () {}, timeout: ${DEFAULT_TIMEOUT_MS} });
  await new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.src = '/suite.js';
    script.onload = resolve;
    script.onerror = reject;
    document.body.append(script);
  });
  // They set their time themselves while they run.
  const shorten = (test) => {
    test.timeout(${impossibleMs});
    const limit = test.timeout.bind(test);
    test.timeout = (...time) => (time.length === 0 ? limit() : test);
  };
  const impossible = ${JSON.stringify([...beyondAnyServer.keys()])};
  mocha.suite.eachTest((test) => impossible.includes(test.fullTitle()) && shorten(test));
  const results = [];
  let lines = [];
  const warn = console.warn;
  console.warn = (...args) => {
    lines.push(args.join(' '));
    warn.apply(console, args);
  };
  await new Promise((resolve) => {
    const runner = mocha.run(resolve);
    runner.on('test', () => { lines = []; });
    runner.on('pass', (test) => results.push({ title: test.fullTitle(), problem: null }));
    runner.on('fail', (test, error) => results.push({ title: test.fullTitle(), problem: [error.message, ...lines].join('\\n') }));
  });
  return JSON.stringify(results);
})()`;

/** Runs a file of the SDK's tests unchanged in a browser, as the package's test/test.html does, and reports each test. */
export function describeSdkSuite(name: string, suite: SdkSuite): void {
  const { titles, beyondAnyServer } = suite;

  describe(name, () => {
    const cleanup = new Cleanup();
    let server: Server | undefined;
    let results: Result[];

    beforeAll(async () => {
      if (suite.inFirefox) cleanup.defer(await enterNamespace());
      const host = suite.inFirefox ? NAMESPACE_ADDRESS : '127.0.0.1';
      const launching = suite.inFirefox ? launchFirefox() : launchChromium();
      const starting = Server.start({ host, flags: suite.flags ?? [] });
      const [launched, started] = await Promise.allSettled([launching, starting]);
      if (started.status === 'fulfilled') cleanup.defer(() => started.value.stop());
      if (launched.status === 'fulfilled') cleanup.defer(() => launched.value.close());
      const browser = await launching;
      server = await starting;
      const pages = await startPageServer(
        [new URL(`/sdk/${suite.build}`, server.httpUrl).href, '/mocha.js'],
        {
          '/mocha.js': join(packageFolder('mocha'), 'mocha.js'),
          '/chai/index.js': join(packageFolder('chai'), 'index.js'),
          '/suite.js': join(packageFolder('@flashphoner/websdk'), 'test', suite.file),
        },
      );
      cleanup.defer(() => pages.close());
      const tab = await browser.newTab();
      await tab.goto(pages.url);
      results = JSON.parse(await tab.evaluate<string>(runSuite(server.wsUrl, suite))) as Result[];
    }, SUITE_TIMEOUT_MS);

    afterAll(() => cleanup.run());

    showServerOnFailure(() => server);

    it.each(titles)('%s', (title) => {
      const ownFault = beyondAnyServer.get(title);
      const problem = ownFault ? expect.stringMatching(ownFault) : null;
      expect(results.filter((result) => result.title === title)).toEqual([{ title, problem }]);
    });

    it('has no other tests, and no hook that failed', () => {
      expect(results.map(({ title }) => title).filter((title) => !titles.includes(title))).toEqual([]);
    });
  });
}

import type { Page, Browser as PlaywrightBrowser } from 'playwright-core';
import type { Browser, Tab } from './tab.js';

const FLAGS = [
  '--no-sandbox',
  '--use-fake-ui-for-media-stream',
  '--use-fake-device-for-media-stream',
  '--autoplay-policy=no-user-gesture-required',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
  '--no-first-run',
];

/** Chromium for tests that need all that Playwright can do with a page: keys, frames, dark mode. */
export async function launchPlaywright(flags: readonly string[] = []): Promise<PlaywrightBrowser> {
  // Not before it is needed: it takes the processor a second, and many files come without a browser.
  const { chromium } = await import('playwright-core');
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [...FLAGS, ...flags],
  });
}

/**
 * Launches Debian's Chromium.
 *
 * `camera`: a Y4M or MJPEG file that its fake camera shows in a loop; `takesAnyCertificate`: as if its user had accepted
 * the certificates that it warns of.
 */
export async function launchChromium(
  options: { camera?: string; takesAnyCertificate?: boolean } = {},
): Promise<Browser> {
  const camera = options.camera === undefined ? [] : [`--use-file-for-fake-video-capture=${options.camera}`];
  const browser = await launchPlaywright(camera);
  const context = { ignoreHTTPSErrors: options.takesAnyCertificate ?? false };
  return {
    name: 'Chromium',
    // A context of its own is a profile of its own.
    newTab: async () => chromiumTab(await (await browser.newContext(context)).newPage()),
    close: () => browser.close(),
  };
}

function chromiumTab(page: Page): Tab {
  const lines: string[] = [];
  page.on('console', (message) => lines.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => lines.push(`uncaught: ${error.message}`));
  return {
    console: lines,
    goto: async (url) => {
      await page.goto(url, { waitUntil: 'load' });
    },
    evaluate: <T>(expression: string) => page.evaluate(expression) as Promise<T>,
    close: () => page.context().close(),
  };
}

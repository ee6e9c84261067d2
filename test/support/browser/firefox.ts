import type { Page } from 'puppeteer-core';
import type { Browser, Tab } from './tab.js';

const PREFERENCES = {
  'media.navigator.streams.fake': true,
  'media.navigator.permission.disabled': true,
  'media.autoplay.default': 0,
  // Without it enumerateDevices(), which the Web SDK calls before it publishes, waits until the page has the focus.
  'media.devices.unfocused.enabled': true,
};

/**
 * Launches Debian's Firefox over WebDriver BiDi. It does no ICE over loopback: call it inside a namespace (netns.ts).
 * It has no H.264 here (its OpenH264 plugin is a download): it offers VP8, VP9 and AV1.
 */
export async function launchFirefox(): Promise<Browser> {
  // Not before it is needed, as with Chromium.
  const { default: puppeteer } = await import('puppeteer-core');
  const browser = await puppeteer.launch({
    browser: 'firefox',
    executablePath: process.env.FIREFOX ?? '/usr/bin/firefox-esr',
    headless: true,
    extraPrefsFirefox: PREFERENCES,
  });
  return {
    name: 'Firefox',
    // A window of its own: Firefox paints no frames in a hidden page.
    newTab: async () => firefoxTab(await browser.newPage({ type: 'window' })),
    close: () => browser.close(),
  };
}

function firefoxTab(page: Page): Tab {
  const lines: string[] = [];
  page.on('console', (message) => lines.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) =>
    lines.push(`uncaught: ${error instanceof Error ? error.message : String(error)}`),
  );
  return {
    console: lines,
    goto: async (url) => {
      await page.goto(url, { waitUntil: 'load' });
    },
    evaluate: <T>(expression: string) => page.evaluate(expression) as Promise<T>,
    close: () => page.close(),
  };
}

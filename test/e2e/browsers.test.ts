import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchChromium } from '../support/browser/chromium.js';
import { launchFirefox } from '../support/browser/firefox.js';
import { type PageServer, startPageServer } from '../support/browser/page-server.js';
import { sendPageToPage } from '../support/browser/page-to-page.js';
import type { Browser } from '../support/browser/tab.js';
import { enterNamespace } from '../support/netns.js';

// No server here: when these fail, the machine's browsers are at fault and the other files' failures mean nothing.

let pages: PageServer;

async function expectFramesPageToPage(browser: Browser): Promise<void> {
  try {
    const [from, to] = [await browser.newTab(), await browser.newTab()];
    await from.goto(pages.url);
    await to.goto(pages.url);
    const { frames, width, state } = await sendPageToPage(from, to);
    expect(state).toBe('connected');
    expect(frames).toBeGreaterThanOrEqual(30);
    expect(width).toBeGreaterThan(0);
  } finally {
    await browser.close();
  }
}

describe("the machine's browsers", () => {
  let leaveNamespace: () => Promise<void>;

  beforeAll(async () => {
    leaveNamespace = await enterNamespace();
    pages = await startPageServer([]);
  });

  afterAll(async () => {
    await pages?.close();
    await leaveNamespace?.();
  });

  it('Chromium sends its fake camera from page to page', async () => {
    await expectFramesPageToPage(await launchChromium());
  });

  it('Firefox sends its fake camera from page to page', async () => {
    await expectFramesPageToPage(await launchFirefox());
  });
});

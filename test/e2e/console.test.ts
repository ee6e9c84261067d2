import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { axeViolations } from '../support/browser/axe.js';
import { launchPlaywright } from '../support/browser/chromium.js';
import { Server } from '../support/server.js';

/** A name that would break out of whatever does not encode it. */
const name = `"><b>50% & 'me'/../x`;
const token = '3f9c1f0e8d4b4e7fa1b2c3d4e5f60718';

/** What pages say in their console that nobody expects. */
const complaints: string[] = [];

async function open(browser: Browser, url: string, width = 1280): Promise<Page> {
  const context = await browser.newContext({ viewport: { width, height: 860 }, reducedMotion: 'reduce' });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    // A refused request is told by the browser as well as by the page.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      complaints.push(message.text());
  });
  await page.goto(url);
  return page;
}

const textOf = (page: Page, selector: string) => page.locator(selector).first().innerText();

describe('the console in Chromium', () => {
  let server: Server;
  let browser: Browser;
  let studio: Page;
  let dashboard: Page;

  beforeAll(async () => {
    [server, browser] = await Promise.all([
      Server.start({ flags: ['--media-workers', '1'] }),
      launchPlaywright(),
    ]);
    studio = await open(browser, server.httpUrl);
    await studio.fill('#publish-name', name);
    await studio.selectOption('#picture', '640x360');
    await studio.selectOption('#bitrate', '500');
    await studio.click('#publish-button:enabled');
    await studio.waitForSelector('#publish[data-state="live"]');
    dashboard = await open(browser, `${server.httpUrl}/dashboard`);
  });

  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });

  it('shows what is live, with its picture and figures that move', async () => {
    const card = dashboard.locator('.stream');
    await card.waitFor();
    expect(await card.count()).toBe(1);
    expect(await textOf(dashboard, '.stream h3')).toBe(name);
    expect(await textOf(dashboard, '.tile-value')).toBe('1');
    const width = () => dashboard.evaluate(`document.querySelector('.thumbnail img').naturalWidth`);
    await expect.poll(width, { timeout: 30_000 }).toBe(320);
    const bitrate = () => textOf(dashboard, '.stream-figures dd');
    await expect.poll(bitrate, { timeout: 15_000 }).toMatch(/^\d+ kbit\/s$/);
    const first = await bitrate();
    await expect.poll(bitrate, { timeout: 15_000 }).not.toBe(first);
    expect(await axeViolations(dashboard)).toEqual([]);
  });

  it('opens a stream by keyboard, and looks into it', async () => {
    await dashboard.focus('select');
    await dashboard.keyboard.press('Tab');
    await dashboard.keyboard.press('Enter');
    await dashboard.waitForSelector('.detail-head .badge.live');
    expect(decodeURIComponent(new URL(dashboard.url()).hash)).toBe(`#/streams/${name}`);
    expect(await textOf(dashboard, 'h1')).toBe(name);
    expect(await dashboard.evaluate('document.activeElement.id')).toBe('main');
    // Its player is a page in a frame, and a viewer like any other.
    await dashboard.click('.watch');
    const player = dashboard.frameLocator('iframe.embedded');
    await player.locator('html[data-state="playing"]').waitFor({ state: 'attached' });
    await dashboard.waitForSelector('.viewers tbody tr');
    const path = '.viewers tbody td:nth-child(6)';
    await expect
      .poll(() => textOf(dashboard, path), { timeout: 15_000 })
      .toMatch(/^UDP 127\.0\.0\.1:\d+\s+to 127\.0\.0\.1:\d+/);
    const received = dashboard.getByRole('img', {
      name: /^Bitrate from the publisher: Received now \d+ kbit/,
    });
    await received.waitFor();
    await dashboard.getByRole('img', { name: /^Round trip: Publisher now \d+ ms/ }).waitFor();
    await dashboard.getByRole('button', { name: 'Record' }).click();
    await dashboard.waitForSelector('.badge.rec');
    expect(await textOf(dashboard, '.readout dd')).toMatch(/^\d+ kbit\/s$/);
    expect(await axeViolations(dashboard)).toEqual([]);
  });

  it('says the rest of the server, also on a phone', async () => {
    const phone = await open(browser, `${server.httpUrl}/dashboard#/server`, 390);
    await phone.getByRole('rowheader', { name: /^control/ }).waitFor();
    expect(await axeViolations(phone)).toEqual([]);
    await phone.click('[data-view="recordings"]');
    await phone.getByRole('button', { name: 'Stop recording' }).waitFor();
    expect(await axeViolations(phone)).toEqual([]);
    expect(await phone.evaluate('document.documentElement.scrollWidth')).toBe(390);
    await phone.context().close();
  });

  it('ends a stream once it has asked', async () => {
    await dashboard.getByRole('button', { name: 'End stream' }).click();
    const dialog = dashboard.getByRole('dialog');
    await dialog.waitFor();
    expect(await dashboard.evaluate('document.activeElement.textContent')).toBe('Cancel');
    expect(await axeViolations(dashboard)).toEqual([]);
    await dashboard.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    expect(await dashboard.evaluate('document.activeElement.textContent')).toBe('End stream');
    await dashboard.keyboard.press('Enter');
    await dialog.getByRole('button', { name: 'End stream' }).click();
    await dashboard.getByText('The stream has ended').waitFor();
    await studio.getByText('The server’s operator ended the stream.').waitFor();
    await dashboard.click('.back');
    await dashboard.getByText('No streams yet').waitFor();
    expect(await axeViolations(dashboard)).toEqual([]);
  });

  it('plays a recording and deletes it', async () => {
    await dashboard.click('[data-view="recordings"]');
    await dashboard.getByRole('button', { name: /^Play / }).click();
    const decoded = () => dashboard.evaluate(`document.querySelector('.playback video').readyState`);
    await expect.poll(decoded, { timeout: 15_000 }).toBeGreaterThanOrEqual(2);
    await dashboard.getByRole('button', { name: /^Delete / }).click();
    await dashboard.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await dashboard.getByText('None yet.').waitFor();
    expect(await dashboard.locator('.playback').count()).toBe(0);
  });

  it('has pages to publish and to play that axe finds nothing wrong with', async () => {
    expect(await axeViolations(studio)).toEqual([]);
    for (const path of ['/player.html', `/embed/${encodeURIComponent(name)}`, '/nothing']) {
      const page = await open(browser, server.httpUrl + path);
      if (path !== '/nothing')
        await page.waitForSelector('html:not([data-state="busy"])', { state: 'attached' });
      expect(await axeViolations(page), path).toEqual([]);
      await page.context().close();
    }
  });

  it('asks for credentials where the server does, and shows a viewer no buttons', async () => {
    const guarded = await Server.start({
      flags: ['--media-workers', '1', '--admin-tokens', `viewer:${token}`],
    });
    try {
      const page = await open(browser, `${guarded.httpUrl}/dashboard`);
      await page.fill('#secret', 'wrong');
      expect(await axeViolations(page)).toEqual([]);
      await page.keyboard.press('Enter');
      await page.getByText('These credentials are not valid.').waitFor();
      await page.fill('#secret', token);
      await page.keyboard.press('Enter');
      await page.getByText('No streams yet').waitFor();
      await guarded.stop();
      await page.getByText('The server has been stopped').waitFor();
      await page.context().close();
    } finally {
      await guarded.stop();
    }
  });

  it('has nothing to complain about meanwhile', () => {
    expect(complaints.filter((line) => !/WebSocket connection/.test(line))).toEqual([]);
  });
});

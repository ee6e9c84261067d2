import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser, Tab } from '../support/browser/tab.js';
import { NAMESPACE_ADDRESS } from '../support/netns.js';
import { Stage, showServerOnFailure } from '../support/stage.js';

const name = 'firefox & friends';

/** Waits until an expression is true in a page. */
const until = (tab: Tab, expression: string, timeout = 20_000) =>
  expect.poll(() => tab.evaluate<boolean>(`Boolean(${expression})`), { timeout }).toBe(true);

const click = (tab: Tab, selector: string) => tab.evaluate(`document.querySelector('${selector}').click()`);

/** What the summary of a chart says, of which its canvas is the picture. */
const summary = (tab: Tab, title: string) =>
  tab.evaluate<string>(`document.querySelector('[role="img"][aria-label^="${title}:"]').ariaLabel`);

describe('the console in Firefox', () => {
  let stage: Stage;
  let browser: Browser;
  let studio: Tab;
  let dashboard: Tab;
  let embed: Tab;
  let httpUrl: string;

  beforeAll(async () => {
    // Pages of localhost may use a camera; its media goes by the address that Firefox does ICE on.
    const flags = ['--media-workers', '1'];
    const host = { host: '0.0.0.0', announce: NAMESPACE_ADDRESS };
    stage = await Stage.open({ inNamespace: true, firefox: true, flags, ...host });
    httpUrl = `http://localhost:${new URL(stage.server.httpUrl).port}`;
    browser = stage.firefox;
    studio = await browser.newTab();
    await studio.goto(httpUrl);
  });

  afterAll(() => stage?.close());
  showServerOnFailure(() => stage?.server);

  it('publishes from the studio', async () => {
    await until(studio, `document.querySelector('#publish-button:enabled')`);
    await studio.evaluate(`(() => {
      document.getElementById('publish-name').value = '${name}';
      document.getElementById('picture').value = '640x360';
    })()`);
    await click(studio, '#publish-button');
    await until(studio, `document.querySelector('#publish[data-state="live"]')`);
  });

  it('plays in the page to embed', async () => {
    embed = await browser.newTab();
    await embed.goto(`${httpUrl}/embed/${encodeURIComponent(name)}`);
    await until(embed, `document.querySelector('html[data-state="playing"] video')?.currentTime > 0`);
  });

  it('shows the stream in the dashboard, with its picture, and looks into it', async () => {
    dashboard = await browser.newTab();
    await dashboard.goto(`${httpUrl}/dashboard`);
    await until(dashboard, `document.querySelector('.stream h3')?.textContent === '${name}'`);
    await until(dashboard, `document.querySelector('.thumbnail img')?.naturalWidth === 320`, 30_000);
    await click(dashboard, '.stream h3 a');
    await until(dashboard, `document.querySelector('.viewers tbody tr')`);
    const first = await summary(dashboard, 'Bitrate from the publisher');
    await expect.poll(() => summary(dashboard, 'Bitrate from the publisher')).not.toBe(first);
    await expect
      .poll(() => summary(dashboard, 'Bitrate from the publisher'))
      .toMatch(/: Received now \d+ kbit/);
    const inked = `[...document.querySelectorAll('.chart canvas')].map((canvas) =>
      canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.some((byte) => byte > 0))`;
    expect(new Set(await dashboard.evaluate<boolean[]>(inked))).toEqual(new Set([true]));
  });

  it('tells the round trip to the publisher, which answers in its reports', async () => {
    await expect.poll(() => summary(dashboard, 'Round trip')).toMatch(/: Publisher now \d+ ms/);
  });

  it('has nothing to complain about meanwhile', () => {
    const complaints = [studio, embed, dashboard].flatMap((tab) => tab.console);
    expect(complaints.filter((line) => /^(error|uncaught)/.test(line))).toEqual([]);
  });
});

import { readFileSync } from 'node:fs';
import type { Tab } from './tab.js';

/** One frame that was shown: ms since the first one, and how long ago it had been drawn, ms. */
export interface ShownFrame {
  readonly at: number;
  readonly delay: number;
}

const page = readFileSync(new URL('./time-code-page.js', import.meta.url), 'utf8');

/** Makes the page's camera a picture of the clock of this machine. */
export async function showClock(tab: Tab): Promise<void> {
  await tab.evaluate(`${page}; timeCode.show()`);
}

/** Makes the page note how old the clock in the first video that it will show is, frame by frame. */
export async function readClock(tab: Tab): Promise<void> {
  await tab.evaluate(`${page}; timeCode.read()`);
}

/** What the page has noted. */
export async function shownFrames(tab: Tab): Promise<ShownFrame[]> {
  return JSON.parse(await tab.evaluate<string>('JSON.stringify(window.shownFrames)')) as ShownFrame[];
}

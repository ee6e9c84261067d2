// One player of the Web SDK: how soon it shows a picture, and how old the pictures are that it shows.
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from '../quality/client.mjs';

/** Until its first picture, ms. */
const patience = 20_000;
/** At the start of what is watched: jitter buffers have to settle. */
const unsettled = 2000;

/**
 * A page with a session.
 *
 * @param {import('playwright-core').Browser} browser
 * @param {string} pagesUrl
 * @param {string} wsUrl of the server
 * @param {'WebRTC' | 'MSE' | 'WSPlayer'} provider
 */
export async function openPlayer(browser, pagesUrl, wsUrl, provider) {
  const client = await Client.open(browser, pagesUrl);
  await client.call('timeCode.read');
  const workers = { receiverLocation: '/WSReceiver2.js', decoderLocation: '/video-worker2.js' };
  await client.connect(wsUrl, { init: { preferredMediaProviders: [provider], ...workers } });
  return client;
}

/**
 * @param {Client} client
 * @param {number} seconds that it is watched from its first picture on
 * @returns {Promise<{ start: number, delays: number[], rate: number }>} ms from play() to the first picture, how old pictures
 *   were, how many a second
 */
export async function watch(client, seconds) {
  const asked = await client.page.evaluate(() => {
    const now = performance.now();
    driver.play('stream', { name: 'clock' });
    return now;
  });
  await client.page.waitForFunction('shownFrames.length > 0', undefined, { timeout: patience, polling: 50 });
  await sleep(seconds * 1000);
  const frames = await client.page.evaluate('shownFrames');
  const settled = frames.filter(({ at }) => at >= unsettled);
  if (settled.length < 2) throw new Error('a player stood still');
  return {
    start: Math.round(frames[0].time - asked),
    delays: settled.map(({ delay }) => delay),
    rate: Math.round((settled.length * 1000) / (settled.at(-1).at - settled[0].at)),
  };
}

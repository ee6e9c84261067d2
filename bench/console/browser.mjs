// What the dashboard costs a browser: made-up streams, with new figures each second and, as the floor, with none.
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { cpuTime } from '../lib/accounting.mjs';
import { endChild, startChild, within } from '../lib/children.mjs';
import { launchChromium } from '../quality/client.mjs';

const fakeServer = fileURLToPath(new URL('../../test/support/console/fake-server.mjs', import.meta.url));
const startTimeout = 60_000;
/** Until the page has drawn everything, and Chromium has optimized it, ms. */
const settling = 10_000;
/** Until the last message has been drawn, ms. */
const calm = 1000;
/** Between two frames at 60 Hz, ms; more than half of another one later, one was dropped. */
const frame = 1000 / 60;

/**
 * @typedef {object} PageUse ms a second
 * @property {number} main of the page's main thread
 * @property {number} script of that, JavaScript
 * @property {number} layout of that, styles and layout
 * @property {number} processes of the renderer and the process that paints, all threads
 */

/**
 * @param {{ streams: number, viewers: number, hash: string, rounds: number, seconds: number }} options `hash` names the view
 */
export async function measurePage({ streams, viewers, hash, rounds, seconds }) {
  const server = startChild(
    process.execPath,
    [fakeServer, '--port', '0', '--streams', String(streams), '--viewers', String(viewers)],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const browser = await launchChromium();
  try {
    const [url] = await within(
      once(createInterface({ input: server.stdout }), 'line'),
      startTimeout,
      'a URL',
    );
    const page = await browser.newPage({ viewport: { width: 1280, height: 860 } });
    await page.goto(url + hash);
    await page.waitForSelector(hash === '' ? '.stream' : '.viewers tbody tr');
    await sleep(settling);
    const gauge = await gaugeOf(browser, page);
    const moving = [];
    const still = [];
    const frames = { moving: [], still: [] };
    for (let round = 0; round < rounds; round += 1) {
      moving.push(await gauge.use(seconds));
      frames.moving.push(await gauge.frames(seconds));
      await toggle(server);
      still.push(await gauge.use(seconds));
      // A page that hears nothing for 10 s connects anew: it hears something meanwhile.
      await toggle(server);
      await toggle(server);
      frames.still.push(await gauge.frames(seconds));
      await toggle(server);
      await sleep(calm);
    }
    return {
      moving: mean(moving),
      still: mean(still),
      frames: { moving: sum(frames.moving), still: sum(frames.still) },
    };
  } finally {
    await browser.close();
    await endChild(server);
  }
}

/** Has the server send no more figures, or again, and waits until what it has sent is drawn. */
async function toggle(server) {
  server.kill('SIGUSR2');
  await sleep(calm);
}

async function gaugeOf(browser, page) {
  const target = await page.context().newCDPSession(page);
  // What threads used, and not how long they took: others may keep the machine busy.
  await target.send('Performance.enable', { timeDomain: 'threadTicks' });
  const system = await browser.newBrowserCDPSession();
  const { processInfo } = await system.send('SystemInfo.getProcessInfo');
  const pids = processInfo.filter(({ type }) => ['renderer', 'GPU'].includes(type)).map(({ id }) => id);
  const read = async () => {
    const { metrics } = await target.send('Performance.getMetrics');
    const of = (name) => metrics.find((metric) => metric.name === name).value * 1000;
    return {
      at: performance.now(),
      main: of('TaskDuration'),
      script: of('ScriptDuration'),
      layout: of('LayoutDuration') + of('RecalcStyleDuration'),
      processes: pids.reduce((total, pid) => total + cpuTime(pid).total / 1000, 0),
    };
  };
  return {
    /** @returns {Promise<PageUse>} */
    async use(seconds) {
      const before = await read();
      await sleep(seconds * 1000);
      const after = await read();
      const a = (key) => ((after[key] - before[key]) * 1000) / (after.at - before.at);
      return { main: a('main'), script: a('script'), layout: a('layout'), processes: a('processes') };
    },
    /** Asks for each frame, which costs by itself: not while the rest is measured. */
    frames: (seconds) =>
      page.evaluate(
        ([ms, frame]) =>
          new Promise((resolve) => {
            const result = { shown: 0, dropped: 0, longest: 0, longTasks: 0 };
            const observer = new PerformanceObserver((list) => {
              result.longTasks += list.getEntries().length;
            });
            observer.observe({ type: 'longtask' });
            const began = performance.now();
            let last = began;
            const next = (now) => {
              if (result.shown > 0) {
                result.longest = Math.max(result.longest, now - last);
                result.dropped += Math.max(0, Math.round((now - last) / frame) - 1);
              }
              result.shown += 1;
              last = now;
              if (performance.now() - began < ms) requestAnimationFrame(next);
              else {
                observer.disconnect();
                resolve(result);
              }
            };
            requestAnimationFrame(next);
          }),
        [seconds * 1000, frame],
      ),
  };
}

function mean(uses) {
  const of = (key) => uses.reduce((total, use) => total + use[key], 0) / uses.length;
  return { main: of('main'), script: of('script'), layout: of('layout'), processes: of('processes') };
}

function sum(counts) {
  const of = (key) => counts.reduce((total, count) => total + count[key], 0);
  const longest = Math.max(...counts.map((count) => count.longest));
  return { shown: of('shown'), dropped: of('dropped'), longTasks: of('longTasks'), longest };
}

// npm run bench:transcoding: what transcoding adds to the delay of a picture. README.md in the folder above explains the output.
import { setTimeout as sleep } from 'node:timers/promises';
import { machineTime, machineUse } from '../lib/accounting.mjs';
import { UsageError } from '../lib/options.mjs';
import { heading, save } from '../lib/save.mjs';
import { Server } from '../lib/server.mjs';
import { Client, launchChromium } from '../quality/client.mjs';
import { startPages } from '../quality/pages.mjs';
import { parseTranscodingOptions, usage } from './options.mjs';

const source = { width: 640, height: 360, frameRate: 30 };
const bitrate = 1_000_000;
/** Of the project: added to the delay without, ms. */
const limit = 300;
/** Until encoders and jitter buffers have settled, ms. */
const settling = 10_000;
const alone = { audio: false, video: true };
/** What players ask for; the first gets the stream as it is published. No sound: browsers hold pictures back to fit it. */
const forms = [
  ['640 × 360, H264', { constraints: alone }],
  ['320 × 180, H264', { constraints: { ...alone, video: { width: 320, height: 180 } } }],
  ['640 × 360, VP8', { constraints: alone, stripCodecs: 'H264,VP9,AV1' }],
];

// Children are ended when this process exits, see lib/children.mjs.
process.on('SIGINT', () => process.exit(130));
process.on('SIGTERM', () => process.exit(143));

async function main() {
  const options = parseTranscodingOptions(process.argv.slice(2));
  if (!options) {
    console.log(usage);
    return;
  }
  const startedAt = new Date();
  console.log(heading);
  const { delays, snapshots, machine } = await measure(options);
  const results = delays.map((list, index) => ({ form: forms[index][0], ...summary(list) }));
  const [untouched, ...made] = results;
  console.log('\nFrom the clock in the publisher’s picture to its being shown, ms');
  console.log('player | pictures | median | 95 % | added to the median');
  for (const { form, count, median, p95 } of results)
    console.log([form, count, median, p95, median - untouched.median].join(' | '));
  const shots = summary(snapshots);
  console.log(`\nSnapshots over HTTP, ms: median ${shots.median}, 95 % ${shots.p95}`);
  const met = made.every(({ median }) => median - untouched.median < limit);
  console.log(`\nAdded by transcoding, below ${limit} ms: ${met ? 'yes' : 'NO'}`);
  console.log(`Machine: ${(machine.busy * 100).toFixed(0)} % busy`);
  save('transcoding-', { options, machineUse: machine, results, snapshots: shots }, startedAt, options.json);
  if (!met) process.exitCode = 1;
}

/** All players at the same time, so that they meet the same machine. */
async function measure({ seconds, snapshots: count, server: main }) {
  const server = await Server.start(main);
  const pages = await startPages(server.httpUrl, {
    '/time-code.js': new URL('../../test/support/browser/time-code-page.js', import.meta.url),
  });
  const browser = await launchChromium();
  try {
    const publisher = await Client.open(browser, pages.url);
    await publisher.call('timeCode.show');
    await publisher.connect(server.wsUrl);
    await publisher.publish('clock', source, bitrate, { stripCodecs: 'VP8,VP9,AV1' });
    const players = [];
    for (const [form, options] of forms) {
      const player = await Client.open(browser, pages.url);
      await player.call('timeCode.read');
      await player.connect(server.wsUrl);
      if ((await player.play('clock', options)) === null) throw new Error(`no picture: ${form}`);
      players.push(player);
    }
    await sleep(settling);
    for (const [index, player] of players.entries()) await expectForm(player, forms[index][0]);
    const seen = await Promise.all(players.map((player) => player.page.evaluate('shownFrames.length')));
    const before = machineTime();
    await Promise.race([sleep(seconds * 1000), server.failed]);
    const machine = machineUse(before, machineTime());
    const frames = await Promise.all(players.map((player) => player.page.evaluate('shownFrames')));
    const delays = frames.map((list, index) => list.slice(seen[index]).map(({ delay }) => delay));
    const snapshots = [];
    for (let taken = 0; taken < count; taken += 1) snapshots.push(await snapshot(server.httpUrl));
    return { delays, snapshots, machine };
  } finally {
    await browser.close();
    pages.close();
    await server.stop();
  }
}

/** What is shown is what was asked for, or the figures would be those of something else. */
async function expectForm(player, form) {
  const { codec } = (await player.call('driver.stats', 'stream')).inbound.video;
  const size = await player.page.evaluate(() => {
    const { videoWidth, videoHeight } = document.querySelector('video');
    return `${videoWidth} × ${videoHeight}`;
  });
  const shown = `${size}, ${codec.replace('video/', '')}`;
  if (shown !== form) throw new Error(`a player gets ${shown}, not ${form}`);
}

/** @returns {Promise<number>} ms until it is here */
async function snapshot(httpUrl) {
  const asked = performance.now();
  const response = await fetch(new URL('/api/v1/streams/clock/snapshot', httpUrl));
  if (!response.ok) throw new Error(`no snapshot: ${response.status}`);
  await response.arrayBuffer();
  return performance.now() - asked;
}

function summary(values) {
  if (values.length === 0) throw new Error('no clock was read');
  const sorted = values.toSorted((a, b) => a - b);
  const at = (part) => Math.round(sorted[Math.floor(part * (sorted.length - 1))]);
  return { count: sorted.length, median: at(0.5), p95: at(0.95) };
}

main().then(
  () => process.exit(),
  (error) => {
    console.error(error instanceof UsageError ? error.message : `The benchmark failed: ${error.stack}`);
    process.exit(1);
  },
);

// npm run bench:transcoding: what transcoding adds to the delay of a picture. README.md in the folder above explains the output.
import { setTimeout as sleep } from 'node:timers/promises';
import { cpuTime, machineTime, machineUse } from '../lib/accounting.mjs';
import { UsageError } from '../lib/options.mjs';
import { heading, save } from '../lib/save.mjs';
import { Server } from '../lib/server.mjs';
import { Client, launchChromium } from '../quality/client.mjs';
import { startPages } from '../quality/pages.mjs';
import { encoderBelow, waitUntilGone } from './encoder.mjs';
import { parseTranscodingOptions, usage } from './options.mjs';

/** bit/s of the published picture, by its height. */
const bitrates = { 360: 1_000_000, 720: 2_500_000, 1080: 5_000_000 };
/** Of the project: added to the delay without, ms. */
const limit = 300;
/** Until encoders and jitter buffers have settled, ms. */
const settling = 10_000;

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
  const { results, snapshots } = await measure(options);
  const shots = summary(snapshots);
  console.log(`\nSnapshots over HTTP, ms: median ${shots.median}, 95 % ${shots.p95}`);
  const met = results.every(({ added }) => added < limit);
  console.log(`\nAdded by transcoding, below ${limit} ms: ${met ? 'yes' : 'NO'}`);
  save('transcoding-', { options, results, snapshots: shots }, startedAt, options.json);
  if (!met) process.exitCode = 1;
}

/** A stream, a player of it as it is published, and beside that one of each form, one after the other. */
async function measure({ height, rate, seconds, snapshots: count, server: main }) {
  const source = { width: (height * 16) / 9, height, frameRate: rate };
  const server = await Server.start(main);
  const pages = await startPages(server.httpUrl, {
    '/time-code.js': new URL('../../test/support/browser/time-code-page.js', import.meta.url),
  });
  const browser = await launchChromium();
  try {
    const publisher = await Client.open(browser, pages.url);
    await publisher.call('timeCode.show', source);
    await publisher.connect(server.wsUrl);
    await publisher.publish('clock', source, bitrates[height], { stripCodecs: 'VP8,VP9,AV1' });
    await publisher.call('probe.keepSize');
    const [published, ...forms] = formsOf(source);
    const open = async (form) => {
      const player = await Client.open(browser, pages.url);
      await player.call('timeCode.read');
      await player.connect(server.wsUrl);
      if ((await player.play('clock', form.options)) === null) throw new Error(`no picture: ${form.name}`);
      return player;
    };
    const untouched = await open(published);
    printHeading();
    const results = [];
    for (const form of forms) {
      const player = await open(form);
      await sleep(settling);
      await expectForm(untouched, published);
      await expectForm(player, form);
      const encoder = encoderBelow(server.controlPid);
      const [without, made] = [await seen(untouched), await seen(player)];
      const before = { machine: machineTime(), encoder: cpuTime(encoder), at: performance.now() };
      await Promise.race([sleep(seconds * 1000), server.failed]);
      const time = performance.now() - before.at;
      const spent = cpuTime(encoder).total - before.encoder.total;
      const result = {
        form: form.name,
        untouched: summary(await delaysSince(untouched, without)),
        made: summary(await delaysSince(player, made)),
        cores: spent / (time * 1000),
        perPicture: 0,
        machine: machineUse(before.machine, machineTime()),
      };
      result.perPicture = spent / 1000 / result.made.count;
      result.added = result.made.median - result.untouched.median;
      print(result, seconds);
      results.push(result);
      await player.close();
      // Its ffmpeg is not to be taken for the next one's.
      await waitUntilGone(encoder);
    }
    const snapshots = [];
    for (let taken = 0; taken < count; taken += 1) snapshots.push(await snapshot(server.httpUrl));
    return { results, snapshots };
  } finally {
    await browser.close();
    pages.close();
    await server.stop();
  }
}

/** The first is the stream as it is published. No sound: browsers hold pictures back to fit it. */
function formsOf({ width, height }) {
  const alone = { audio: false, video: true };
  const half = { width: width / 2, height: height / 2 };
  const full = { width, height };
  const name = (size, codec) => `${size.width} × ${size.height}, ${codec}`;
  return [
    { name: name(full, 'H264'), options: { constraints: alone } },
    { name: name(full, 'H264'), options: { constraints: { ...alone, video: full } } },
    { name: name(half, 'H264'), options: { constraints: { ...alone, video: half } } },
    { name: name(full, 'VP8'), options: { constraints: alone, stripCodecs: 'H264,VP9,AV1' } },
  ];
}

const seen = (player) => player.page.evaluate('shownFrames.length');

async function delaysSince(player, count) {
  const frames = await player.page.evaluate('shownFrames');
  return frames.slice(count).map(({ delay }) => delay);
}

function printHeading() {
  console.log('\nFrom the clock in the publisher’s picture to its being shown, ms: median (95 %)');
  console.log(
    'made | as published | as made | added to the median | pictures a second | encoder, cores | machine',
  );
}

function print({ form, untouched, made, added, cores, perPicture, machine }, seconds) {
  const text = ({ median, p95 }) => `${median} (${p95})`;
  const busy = `${(machine.busy * 100).toFixed(0)} % busy`;
  const rate = (made.count / seconds).toFixed(0);
  const cost = [cores.toFixed(2), perPicture.toFixed(1)];
  console.log([form, text(untouched), text(made), added, rate, ...cost, busy].join(' | '));
}

/** What is shown is what was asked for, or the figures would be those of something else. */
async function expectForm(player, { name }) {
  const { codec } = (await player.call('driver.stats', 'stream')).inbound.video;
  const size = await player.page.evaluate(() => {
    const { videoWidth, videoHeight } = document.querySelector('video');
    return `${videoWidth} × ${videoHeight}`;
  });
  const shown = `${size}, ${codec.replace('video/', '')}`;
  if (shown !== name) throw new Error(`a player gets ${shown}, not ${name}`);
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

// npm run bench:av: how far sound and picture are apart in a recording. README.md in the folder above explains the output.
import { rmSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { machineTime, machineUse } from '../lib/accounting.mjs';
import { UsageError } from '../lib/options.mjs';
import { heading, save } from '../lib/save.mjs';
import { Server } from '../lib/server.mjs';
import { Client, launchChromium } from '../quality/client.mjs';
import { startPages } from '../quality/pages.mjs';
import { flashesAndBeeps } from './file.mjs';
import { matched } from './match.mjs';
import { byMinute, offsetsOf } from './offsets.mjs';
import { parseAvOptions, usage } from './options.mjs';
import { Reference } from './reference.mjs';
import { printMinutes, printVerdict } from './report.mjs';
import { judge, sharesOf } from './verdict.mjs';

const source = { width: 160, height: 120 };
const bitrate = 100_000;
const recordingName = 'av.mp4';
const referenceName = 'reference.mkv';

// Children are ended when this process exits, see lib/children.mjs.
process.on('SIGINT', () => process.exit(130));
process.on('SIGTERM', () => process.exit(143));

async function main() {
  const options = parseAvOptions(process.argv.slice(2));
  if (!options) {
    console.log(usage);
    return;
  }
  const startedAt = new Date();
  console.log(heading);
  if (options.from) {
    report(await minutesOf(join(options.from, recordingName), join(options.from, referenceName)));
    return;
  }
  const folder = await mkdtemp(join(tmpdir(), 'sluice-av-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  const { captured, machine, complaints } = await record(options, folder);
  if (options.keep) {
    await mkdir(options.keep, { recursive: true });
    for (const name of [recordingName, referenceName])
      await copyFile(join(folder, name), join(options.keep, name));
  }
  const result = await minutesOf(join(folder, recordingName), join(folder, referenceName), captured);
  report(result);
  console.log(`Machine: ${(machine.busy * 100).toFixed(0)} % busy`);
  if (complaints !== '') console.log(`ffmpeg, of the reference: ${complaints}`);
  save('av-', { options, machineUse: machine, ...result }, startedAt, options.json);
}

/** @param {{ flashes: number[], beeps: number[] }} [captured] ms, as the page captured them */
async function minutesOf(recording, reference, captured = { flashes: [], beeps: [] }) {
  const seconds = (list) => list.map((ms) => ms / 1000);
  const expected = offsetsOf(await flashesAndBeeps(reference));
  const found = offsetsOf(await flashesAndBeeps(recording));
  const pairs = matched(found, expected);
  const minutes = {
    page: byMinute(offsetsOf({ flashes: seconds(captured.flashes), beeps: seconds(captured.beeps) })),
    reference: byMinute(expected),
    recording: byMinute(found),
    shares: byMinute(sharesOf(pairs)),
  };
  return { minutes, verdict: judge(pairs, minutes.shares, expected.length) };
}

function report({ minutes, verdict }) {
  printMinutes(minutes);
  printVerdict(verdict);
  if (!verdict.met) process.exitCode = 1;
}

/** Publishes to the server and to the reference at the same time, and fetches both files. */
async function record({ minutes, rate, server: main }, folder) {
  const server = await Server.start(main, { flags: { 'recording-template': 'av' } });
  const pages = await startPages(server.httpUrl, {
    '/flash-and-beep-source.js': new URL(
      '../../test/support/browser/flash-and-beep-source.js',
      import.meta.url,
    ),
    '/reference.js': new URL('./page.js', import.meta.url),
  });
  const browser = await launchChromium();
  const referee = new Reference();
  const reference = join(folder, referenceName);
  try {
    const page = await Client.open(browser, pages.url);
    await page.call('reference.open', { ...source, rate });
    await page.connect(server.wsUrl);
    await page.publish('av', source, bitrate, { record: true, stripCodecs: 'VP8,VP9,AV1' });
    await referee.start(page, bitrate, reference);
    const before = machineTime();
    console.log(`Recording for ${minutes} minutes …`);
    await Promise.race([sleep(minutes * 60_000 + 10_000), server.failed]);
    const machine = machineUse(before, machineTime());
    const captured = await page.call('reference.captured');
    const complaints = await referee.stop();
    await page.call('driver.stop', 'stream');
    await page.call('driver.wait', 'stream', ['UNPUBLISHED'], 10_000);
    const name = await page.call('driver.recordInfo', 'stream');
    if (name !== recordingName) throw new Error(`the recording is called ${name}`);
    const response = await fetch(new URL(`/client/records/${name}`, server.httpUrl));
    if (!response.ok) throw new Error(`the recording cannot be fetched: ${response.status}`);
    await writeFile(join(folder, name), response.body);
    return { captured, machine, complaints };
  } finally {
    await browser.close();
    pages.close();
    await server.stop();
  }
}

// libdatachannel would keep the process.
main().then(
  () => process.exit(),
  (error) => {
    console.error(error instanceof UsageError ? error.message : `The benchmark failed: ${error.stack}`);
    process.exit(1);
  },
);

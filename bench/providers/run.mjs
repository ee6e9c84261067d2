// npm run bench:providers: how soon and how late the players of the Web SDK show a stream, by media provider. README.md in the
// folder above explains the output.
import { setTimeout as sleep } from 'node:timers/promises';
import { machineTime, machineUse } from '../lib/accounting.mjs';
import { UsageError } from '../lib/options.mjs';
import { heading, save } from '../lib/save.mjs';
import { Server } from '../lib/server.mjs';
import { Client, launchChromium } from '../quality/client.mjs';
import { startPages } from '../quality/pages.mjs';
import { parseProvidersOptions, usage } from './options.mjs';
import { openPlayer, watch } from './player.mjs';
import { spread } from './spread.mjs';

const source = { width: 640, height: 360, frameRate: 30 };
const bitrate = 1_000_000;
/** Until the publisher's encoder has settled, ms. */
const settling = 6000;
const timeCode = new URL('../../test/support/browser/time-code-page.js', import.meta.url);
const worker = (name) =>
  new URL(
    `../../node_modules/@flashphoner/websdk/examples/demo/dependencies/websocket-player/${name}`,
    import.meta.url,
  );
const only = { H264: 'VP8,VP9,AV1', VP8: 'H264,VP9,AV1' };
const kinds = [
  { provider: 'WebRTC', codec: 'H264' },
  { provider: 'MSE', codec: 'H264' },
  { provider: 'MSE', codec: 'VP8' },
  { provider: 'WSPlayer', codec: 'H264' },
];

// Children are ended when this process exits, see lib/children.mjs.
process.on('SIGINT', () => process.exit(130));
process.on('SIGTERM', () => process.exit(143));

async function main() {
  const options = parseProvidersOptions(process.argv.slice(2));
  if (!options) {
    console.log(usage);
    return;
  }
  const startedAt = new Date();
  console.log(heading);
  const server = await Server.start(options.server);
  const scripts = { '/time-code.js': timeCode };
  const workers = Object.fromEntries(
    ['WSReceiver2.js', 'video-worker2.js'].map((name) => [`/${name}`, worker(name)]),
  );
  const pages = await startPages(server.httpUrl, scripts, workers);
  const results = [];
  try {
    console.log('\nms: median (least to most) of the players');
    console.log(
      'player | first starts | later ones start | picture is late by | of one player | pictures a second | machine',
    );
    for (const kind of kinds.filter(({ provider }) => provider === (options.provider ?? provider))) {
      const result = await measure(kind, server, pages.url, options);
      print(result);
      results.push(result);
    }
  } finally {
    pages.close();
    await server.stop();
  }
  save('providers-', { options, results }, startedAt, options.json);
}

/** One kind at a time, with a publisher of its own: each meets the same machine. */
async function measure(kind, server, pagesUrl, { players: count, seconds }) {
  const browser = await launchChromium();
  try {
    const publisher = await Client.open(browser, pagesUrl);
    await publisher.call('timeCode.show', source);
    await publisher.connect(server.wsUrl);
    await publisher.publish('clock', source, bitrate, { stripCodecs: only[kind.codec] });
    await sleep(settling);
    const before = machineTime();
    const all = [];
    let last;
    for (let index = 0; index < count; index++) {
      const client = await openPlayer(browser, pagesUrl, server.wsUrl, kind.provider);
      // One at a time; what ffmpeg makes for it goes on for the next.
      await last?.close();
      all.push(await Promise.race([watch(client, seconds), server.failed]));
      last = client;
    }
    const [first, ...others] = all;
    const machine = machineUse(before, machineTime());
    return {
      ...kind,
      machine,
      firstStart: first.start,
      start: spread(others.map(({ start }) => start)),
      delay: spread(all.map(({ delays }) => spread(delays).median)),
      within: spread(all.map(({ delays }) => spread(delays).p95 - spread(delays).median)),
      rate: spread(all.map(({ rate }) => rate)),
    };
  } finally {
    await browser.close();
  }
}

function print({ provider, codec, firstStart, start, delay, within, rate, machine }) {
  const text = ({ median, least, most }) => `${median} (${least} to ${most})`;
  const columns = [text(start), text(delay), `+${within.median}`, rate.median];
  const busy = `${(machine.busy * 100).toFixed(0)} % busy`;
  console.log([`${provider}, of ${codec}`, firstStart, ...columns, busy].join(' | '));
}

main().then(
  () => process.exit(),
  (error) => {
    console.error(error instanceof UsageError ? error.message : `The benchmark failed: ${error.stack}`);
    process.exit(1);
  },
);

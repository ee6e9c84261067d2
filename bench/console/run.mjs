// npm run bench:console: what the dashboard costs the browser and the server. README.md in the folder above explains the output.
import { machineTime, machineUse } from '../lib/accounting.mjs';
import { UsageError } from '../lib/options.mjs';
import { heading, save } from '../lib/save.mjs';
import { measurePage } from './browser.mjs';
import { measureLiveSocket } from './live-socket.mjs';
import { parseConsoleOptions, usage } from './options.mjs';

/** The dashboards of one and of ten who look; 0 is the floor. */
const dashboards = [0, 1, 10];

// Children are ended when this process exits, see lib/children.mjs.
process.on('SIGINT', () => process.exit(130));
process.on('SIGTERM', () => process.exit(143));

async function main() {
  const options = parseConsoleOptions(process.argv.slice(2));
  if (!options) {
    console.log(usage);
    return;
  }
  const startedAt = new Date();
  console.log(heading);
  const before = machineTime();
  const { streams, viewers } = options;
  const views = [
    [`overview, ${streams} streams`, { streams, viewers: 10, hash: '' }],
    // The first of the made-up streams has three tenths of the viewers that may come.
    [
      `a stream, ${viewers} viewers`,
      { streams: 1, viewers: Math.round(viewers / 0.3), hash: '#/streams/morning-show' },
    ],
  ];
  const pages = [];
  for (const [view, what] of views) pages.push({ view, ...(await measurePage({ ...options, ...what })) });
  printPages(pages);
  const live = await measureLiveSocket(options, dashboards);
  printLive(live, streams);
  const machine = machineUse(before, machineTime());
  console.log(`\nMachine: ${(machine.busy * 100).toFixed(0)} % busy`);
  save('console-', { options, machineUse: machine, pages, live }, startedAt, options.json);
}

function printPages(pages) {
  console.log('\nThe page, ms a second');
  console.log(
    'view | main thread | of it script | of it layout | renderer and painter | dropped frames | longest ms | long tasks',
  );
  for (const { view, moving, still, frames } of pages) {
    for (const [name, use, count] of [
      [view, moving, frames.moving],
      ['  without new figures', still, frames.still],
    ]) {
      const times = [use.main, use.script, use.layout, use.processes].map((ms) => ms.toFixed(1));
      const dropped = `${count.dropped} of ${count.dropped + count.shown}`;
      console.log([name, ...times, dropped, count.longest.toFixed(0), count.longTasks].join(' | '));
    }
  }
}

function printLive(results, streams) {
  const [floor] = results;
  console.log(`\nThe control process, ${streams} streams, ms a second`);
  console.log('dashboards | all | above the floor | kB/s each');
  for (const { dashboards: count, control, bytes } of results) {
    const above = (control - floor.control).toFixed(1);
    console.log([count, control.toFixed(1), above, (bytes / 1000).toFixed(1)].join(' | '));
  }
}

main().then(
  () => process.exit(),
  (error) => {
    console.error(error instanceof UsageError ? error.message : `The benchmark failed: ${error.stack}`);
    process.exit(1);
  },
);

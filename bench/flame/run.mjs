// npm run bench:flame: where the media process's time goes, as a table and a picture. ../README.md explains it.
import { rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { usualPeers } from '../lib/audience.mjs';
import { run } from '../lib/c-program.mjs';
import { Stage } from '../lib/stage.mjs';
import { measureTraffic } from '../lib/traffic.mjs';
import { parts, readSamples, treeOf } from './stacks.mjs';
import { flameGraph } from './svg.mjs';

const images = fileURLToPath(new URL('../../docs/images', import.meta.url));
const builtServer = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
/** Samples a second: not a divisor of anything that happens at a fixed rate. */
const frequency = 1999;
/** Of perf itself, besides what it records, s. */
const patience = 60;
/** Until a window opens, and what is read of it is that of a steady load, s. */
const notice = 1;
const size = 1200;

/** What is looked at. */
const loads = {
  'fan-out': { rate: 400, streams: 1, viewers: 100, title: '100 viewers of one stream, 400 packets/s each' },
  publishers: { rate: 100, streams: 100, viewers: 1, title: '100 streams of 100 packets/s, one viewer each' },
};

process.on('SIGINT', () => process.exit(130));
process.on('SIGTERM', () => process.exit(143));

async function main() {
  const { values } = parseArgs({
    options: {
      case: { type: 'string', default: Object.keys(loads).join(',') },
      seconds: { type: 'string', default: '10' },
      'warm-up': { type: 'string', default: '30' },
      server: { type: 'string', default: builtServer },
      out: { type: 'string', default: images },
    },
  });
  const { peers } = await usualPeers();
  for (const name of values.case.split(',')) {
    const load = loads[name];
    if (!load) throw new Error(`--case: ${name} is none of ${Object.keys(loads).join(', ')}`);
    console.log(`\n${load.title} …`);
    const seconds = Number(values.seconds);
    const options = {
      ...load,
      size,
      peers,
      server: resolve(values.server),
      nodeFlags: ['--perf-basic-prof'],
    };
    const { samples, traffic } = await Stage.with(options, async (stage) => {
      await stage.addViewers(load.viewers);
      return record(stage, seconds, Number(values['warm-up']));
    });
    const root = treeOf(samples);
    const note =
      `${traffic.cpu.media.toFixed(1)} µs of the media process a packet sent, ${root.count} samples, ` +
      `${availableParallelism()} × ${cpus()[0]?.model}, Node.js ${process.version}`;
    const file = join(resolve(values.out), `flame-${name}.svg`);
    writeFileSync(file, flameGraph(root, load.title, note, traffic.cpu.media));
    console.log(`${table(root, traffic.cpu.media)}\n\n${note}\nWritten to ${file}`);
  }
}

/** What perf sees of the media process while its traffic is measured. */
async function record(stage, seconds, warmUp) {
  await sleep(warmUp * 1000);
  const [pid] = stage.server.mediaPids;
  const data = join(tmpdir(), `sluice-flame-${pid}.data`);
  const text = async (...args) => run('perf', args, (seconds + patience) * 1000);
  try {
    const traffic = measureTraffic(stage, seconds, 0);
    await sleep(notice * 1000);
    const what = ['-e', 'cpu-clock', '-F', String(frequency), '-g', '-p', String(pid)];
    await text('record', '-q', ...what, '-o', data, '--', 'sleep', String(seconds - notice));
    const samples = readSamples(await text('script', '-i', data, '-F', 'ip,sym,dso'));
    return { samples, traffic: await traffic };
  } finally {
    for (const file of [data, `/tmp/perf-${pid}.map`, `/tmp/perf-${stage.server.controlPid}.map`])
      rmSync(file, { force: true });
  }
}

/** A row a part, for people and for docs/performance.md. */
function table(root, cost) {
  const rows = Object.values(parts).map(({ name }) => {
    const share = (root.children.get(name)?.count ?? 0) / root.count;
    return `| ${name} | ${(share * 100).toFixed(0)} % | ${(share * cost).toFixed(2)} µs |`;
  });
  return ['| part | share | a packet |', '| --- | --- | --- |', ...rows].join('\n');
}

main().catch((error) => {
  console.error(`The flame graph failed: ${error.message}`);
  process.exit(1);
});

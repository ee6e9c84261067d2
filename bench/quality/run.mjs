// npm run bench:quality: what people see on bad networks. docs/media-quality.md explains the output.

import { UsageError } from '../lib/options.mjs';
import { heading, save } from '../lib/save.mjs';
import { calibrate } from './calibrate.mjs';
import { parseOptions, usage } from './options.mjs';
import { scenarios } from './scenarios.mjs';
import { Stage } from './stage.mjs';
import { returns, table } from './table.mjs';
import { doubts, judge } from './targets.mjs';

// Children are ended when this process exits, see lib/children.mjs.
process.on('SIGINT', () => process.exit(130));
process.on('SIGTERM', () => process.exit(143));

async function main() {
  const options = parseOptions(process.argv.slice(2));
  if (!options) {
    console.log(usage);
    return;
  }
  const startedAt = new Date();
  console.log(heading);
  const emulator = await calibrate();
  const [relayed, delayed] = [emulator.relayed, emulator.delayed].map((ms) => ms.toFixed(2));
  console.log(`The link emulator adds ${relayed} ms to a packet, ${delayed} ms to one it delays`);
  const { seconds, seed, bitrate } = options;
  console.log(
    `${seconds} s measured a case, seed ${seed}, ${bitrate / 1e6} Mbit/s where there is a bottleneck`,
  );
  const results = await Stage.with(options, async (stage) => {
    const done = {};
    for (const name of options.only) done[name] = await runScenario(name, stage, options);
    return { scenarios: done, lateness: await stage.link('lateness') };
  });
  const { mean, p99, worst } = results.lateness;
  const late = [mean, p99, worst].map((ms) => ms.toFixed(2)).join(', ');
  console.log(`\nThe link emulator let packets go late by (mean, 99th percentile, worst): ${late} ms`);
  save('quality-', { options, emulator, ...results }, startedAt, options.json);
}

async function runScenario(name, stage, options) {
  const { title, run } = scenarios[name];
  console.log(`\n${title} (${name})`);
  const rows = [];
  await run(stage, options, (row) => {
    rows.push(row);
    const { frozen, fps } = row.quality;
    console.log(`  ${row.label}: ${(frozen * 100).toFixed(2)} % frozen, ${fps.toFixed(1)} fps`);
  });
  console.log(`\n${table(name, rows)}`);
  for (const text of returns(rows)) console.log(text);
  const targets = judge(name, rows);
  if (targets.length > 0) console.log(`\n${targets.join('\n')}`);
  for (const text of doubts(rows)) console.log(`Doubtful: ${text}.`);
  return { rows, targets };
}

main().catch((error) => {
  console.error(error instanceof UsageError ? error.message : `The benchmark failed: ${error.message}`);
  process.exit(1);
});

// npm run bench:delay: how long a packet stays in the server. README.md in the folder above explains the output.
import { build } from '../lib/c-program.mjs';
import { UsageError } from '../lib/options.mjs';
import { heading, save } from '../lib/save.mjs';
import { measureDelay } from './measure.mjs';
import { parseDelayOptions, usage } from './options.mjs';
import { table, target, verdict } from './table.mjs';

// Children are ended when this process exits, see lib/children.mjs.
process.on('SIGINT', () => process.exit(130));
process.on('SIGTERM', () => process.exit(143));

async function main() {
  const options = parseDelayOptions(process.argv.slice(2));
  if (!options) {
    console.log(usage);
    return;
  }
  const startedAt = new Date();
  console.log(heading);
  await build('delay/tap.c');
  await build('delay/forward.c');
  const results = [];
  for (const one of options.cases) {
    console.log(`${one.viewers} viewers of ${one.rate} packets/s …`);
    results.push(await measureDelay(one, options));
  }
  console.log(`\n${table(results)}\n`);
  const verdicts = results.map(verdict);
  const doubtful = verdicts.flatMap((one) => one.doubtful);
  const wrong = verdicts.flatMap((one) => one.wrong);
  const worst = Math.max(...results.map(({ added }) => added.p99));
  const met = worst < target;
  console.log(`Added delay, p99: ${worst.toFixed(2)} ms; below ${target} ms: ${met ? 'yes' : 'NO'}`);
  for (const text of doubtful) console.log(`Doubtful: ${text}.`);
  for (const text of wrong) console.log(`WRONG: ${text}.`);
  save('delay-', { options, results, doubtful, wrong }, startedAt, options.json);
  if (wrong.length > 0 || (!met && doubtful.length === 0)) process.exitCode = 1;
}

main().catch((error) => {
  console.error(error instanceof UsageError ? error.message : `The benchmark failed: ${error.message}`);
  process.exit(1);
});

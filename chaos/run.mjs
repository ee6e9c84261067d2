// npm run chaos: injects one fault after another into a running server, and looks what comes of it.
import { heading } from '../bench/lib/save.mjs';
import { seededRandom } from '../bench/link/random.mjs';
import { bringUp, enter, isolated } from './lib/namespace.mjs';
import { parseChaosOptions, UsageError } from './lib/options.mjs';
import { outcomeLine, outcomeTitle, saveResults } from './lib/report.mjs';

process.on('SIGINT', () => process.exit(130));
process.on('SIGTERM', () => process.exit(143));

async function main() {
  const options = parseChaosOptions(process.argv.slice(2));
  if (!options) return;
  const code = enter();
  if (code !== null) {
    process.exitCode = code;
    return;
  }
  bringUp();
  const [{ allFaults }, { run }] = await Promise.all([import('./faults/index.mjs'), import('./lib/run.mjs')]);
  const named = ({ name }) => options.only.length === 0 || options.only.some((word) => name.includes(word));
  const wanted = allFaults.filter(named);
  if (options.list) {
    for (const { name } of wanted) console.log(name);
    process.exit();
  }
  const possible = wanted.filter(({ namespace }) => isolated || !namespace);
  const startedAt = new Date();
  console.log(heading);
  for (const { name } of wanted) {
    if (!possible.some((one) => one.name === name)) console.log(`Left out, it takes root: ${name}`);
  }
  console.log(outcomeTitle);
  const outcomes = [];
  for (let round = 0; round < options.rounds; round++) {
    const dice = seededRandom(options.seed + round, 'faults');
    outcomes.push(...(await run(possible, { ...options, dice }, (one) => console.log(outcomeLine(one)))));
  }
  const bad = outcomes.filter(({ wrong, leaks }) => wrong.length + leaks.length > 0);
  console.log(`\n${outcomes.length} faults, ${bad.length} of them with something wrong`);
  if (bad.length > 0) process.exitCode = 1;
  saveResults('chaos', { options, outcomes }, startedAt, options.json);
  process.exit();
}

main().catch((error) => {
  console.error(error instanceof UsageError ? error.message : `Chaos failed: ${error.stack}`);
  process.exit(1);
});

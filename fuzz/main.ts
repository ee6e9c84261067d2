import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { installCoverage } from './engine/coverage.js';
import { keepCrash } from './engine/crashes.js';
import { type FuzzResult, fuzz } from './engine/fuzz.js';
import { targetNames, targets } from './targets/index.js';

const USAGE = `npm run fuzz -- [--target NAME[,NAME…]] [--runs N] [--seconds N] [--seed N]

Each target gets N inputs (100000), for at most so many seconds (60). Targets:
  ${targetNames.join(' ')}
`;

const { values } = parseArgs({
  options: {
    target: { type: 'string', default: targetNames.join(',') },
    runs: { type: 'string', default: '100000' },
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string', default: '1' },
    crashes: { type: 'string', default: fileURLToPath(new URL('../../../../fuzz/crashes', import.meta.url)) },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) process.stdout.write(USAGE);
else process.exitCode = (await runAll(values.target.split(','))) === 0 ? 0 : 1;

async function runAll(names: readonly string[]): Promise<number> {
  let found = 0;
  const coverage = installCoverage();
  for (const name of names) {
    const load = targets[name];
    if (!load) throw new Error(`No target ${name}; there are ${targetNames.join(', ')}`);
    const target = await load();
    const result = await fuzz(target, {
      seed: Number(values.seed),
      runs: Number(values.runs),
      seconds: Number(values.seconds),
      coverage,
      hangPath: join(values.crashes, name, 'hang'),
    });
    report(name, result);
    for (const { input, reason } of result.crashes) {
      found++;
      const kept = input.length === 0 ? '' : `\n  kept as ${keepCrash(values.crashes, name, input)}`;
      process.stdout.write(`CRASH ${name}: ${reason}${kept}\n`);
    }
  }
  return found;
}

/** A row of the table in docs/reliability.md. */
function report(name: string, { inputs, seconds, corpus, taken, crashes }: FuzzResult): void {
  const speed = Math.round(inputs / seconds);
  process.stdout.write(`| ${name} | ${inputs} | ${speed} | ${taken} | ${corpus} | ${crashes.length} |\n`);
}

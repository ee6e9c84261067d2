// npm run bench: what a forwarded packet costs, and whether it arrives. README.md beside this file explains the output.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { arch, availableParallelism, cpus, release } from 'node:os';
import { fileURLToPath } from 'node:url';
import { measureCase } from './lib/case.mjs';
import { buildFloor } from './lib/floor.mjs';
import { parseOptions, UsageError, usage } from './lib/options.mjs';
import { table, verdict } from './lib/table.mjs';

const resultsFolder = fileURLToPath(new URL('./results', import.meta.url));
const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));

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
  const machine = {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    kernel: `${release()} ${arch()}`,
    node: process.version,
  };
  console.log(
    `Sluice ${version} · ${machine.cores} × ${machine.cpu} · Linux ${machine.kernel} · Node ${machine.node}`,
  );
  console.log(`${options.rate} packets/s of ${options.size} bytes, ${options.seconds} s measured a case\n`);
  const noFloor = await buildFloor();
  if (noFloor) console.log(`The floor is skipped: ${noFloor}\n`);

  const cases = [];
  for (const viewers of options.viewers) {
    console.log(`${viewers} viewers …`);
    cases.push(await measureCase(viewers, options, noFloor === null));
  }
  console.log(`\n${table(cases)}`);
  const verdicts = cases.map(verdict);
  for (const text of verdicts.flatMap(({ doubtful }) => doubtful)) console.log(`Doubtful: ${text}.`);
  for (const text of verdicts.flatMap(({ wrong }) => wrong)) console.log(`WRONG: ${text}.`);
  save({ version, startedAt, machine, options, cases }, startedAt, options.json);
  if (verdicts.some(({ wrong }) => wrong.length > 0)) process.exitCode = 1;
}

function save(results, startedAt, json) {
  mkdirSync(resultsFolder, { recursive: true });
  const name = startedAt.toISOString().replaceAll(':', '-').slice(0, 19);
  const text = `${JSON.stringify(results, null, 2)}\n`;
  const path = `${resultsFolder}/${name}.json`;
  writeFileSync(path, text);
  if (json !== undefined) writeFileSync(json, text);
  console.log(`\nWritten to ${json ?? path}`);
}

main().catch((error) => {
  console.error(error instanceof UsageError ? error.message : `The benchmark failed: ${error.message}`);
  process.exit(1);
});

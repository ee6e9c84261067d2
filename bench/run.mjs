// npm run bench: what a forwarded packet costs, and whether it arrives. README.md beside this file explains the output.
import { measureCase } from './lib/case.mjs';
import { buildFloor } from './lib/floor.mjs';
import { parseOptions, UsageError, usage } from './lib/options.mjs';
import { heading, save } from './lib/save.mjs';
import { table, verdict } from './lib/table.mjs';

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
  save('', { options, cases }, startedAt, options.json);
  if (verdicts.some(({ wrong }) => wrong.length > 0)) process.exitCode = 1;
}

main().catch((error) => {
  console.error(error instanceof UsageError ? error.message : `The benchmark failed: ${error.message}`);
  process.exit(1);
});

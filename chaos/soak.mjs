// npm run soak: clients come and go, publish, play, record, are killed; for minutes or for hours.
import { heading } from '../bench/lib/save.mjs';
import { parseSoakOptions, UsageError } from './lib/options.mjs';
import { periodLine, periodTitle, saveResults, soakTable } from './lib/report.mjs';
import { soak, trends, verdict } from './lib/soak.mjs';

process.on('SIGINT', () => process.exit(130));
process.on('SIGTERM', () => process.exit(143));

async function main() {
  const options = parseSoakOptions(process.argv.slice(2));
  if (!options) return;
  const startedAt = new Date();
  console.log(heading);
  console.log(`${options.minutes} minutes, about ${options.rate} acts a second, seed ${options.seed}`);
  console.log(periodTitle);
  const load = { ...options, seconds: options.minutes * 60 };
  const result = await soak(load, (period) => console.log(periodLine(period)));
  const wrong = verdict(result);
  console.log(`\n${soakTable(result, trends(result))}`);
  for (const text of wrong) console.log(`WRONG: ${text}.`);
  if (wrong.length > 0) process.exitCode = 1;
  saveResults('soak', { options, ...result, trends: trends(result), wrong }, startedAt, options.json);
}

main().catch((error) => {
  console.error(error instanceof UsageError ? error.message : `The soak failed: ${error.message}`);
  process.exit(1);
});

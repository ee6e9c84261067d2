// npm run bench: what forwarding costs, and whether the packets arrive. README.md beside this file explains the output.
import { usualPeers } from './lib/audience.mjs';
import { parseOptions, UsageError, usage } from './lib/options.mjs';
import { heading, save } from './lib/save.mjs';

/**
 * @typedef {object} Outcome of a case
 * @property {any} results figures, for the file
 * @property {string} table for people
 * @property {string[]} doubtful what may have falsified the figures
 * @property {string[]} wrong what no busy machine explains
 */

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
  const usual = options.peers ? { peers: options.peers } : await usualPeers();
  if (usual.reason)
    console.log(`Viewers are of libdatachannel and take more of the machine: ${usual.reason}`);
  const results = {};
  for (const name of options.cases) {
    console.log(`\n${name} …`);
    const { run } = await import(`./cases/${name}.mjs`);
    /** @type {Outcome} */
    const outcome = await run({ ...options, peers: usual.peers });
    results[name] = { ...outcome.results, doubtful: outcome.doubtful, wrong: outcome.wrong };
    console.log(`\n${outcome.table}`);
    for (const text of outcome.doubtful) console.log(`Doubtful: ${text}.`);
    for (const text of outcome.wrong) console.log(`WRONG: ${text}.`);
    if (outcome.wrong.length > 0) process.exitCode = 1;
  }
  save('', { options: { ...options, ...usual }, cases: results }, startedAt, options.json);
}

main().catch((error) => {
  console.error(error instanceof UsageError ? error.message : `The benchmark failed: ${error.message}`);
  process.exit(1);
});

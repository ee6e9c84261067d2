// Where results are kept, and what machine they belong to.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { arch, availableParallelism, cpus, release } from 'node:os';
import { fileURLToPath } from 'node:url';

const resultsFolder = fileURLToPath(new URL('../results', import.meta.url));
export const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));

export const machine = {
  cpu: cpus()[0]?.model ?? 'unknown',
  cores: availableParallelism(),
  kernel: `${release()} ${arch()}`,
  node: process.version,
};

/** The first line of what a benchmark prints. */
export const heading = `Sluice ${version} · ${machine.cores} × ${machine.cpu} · Linux ${machine.kernel} · Node ${machine.node}`;

/**
 * Writes results to bench/results/, and to a file that was asked for.
 *
 * @param {string} prefix of the file's name
 * @param {object} results
 * @param {Date} startedAt
 * @param {string | undefined} json
 */
export function save(prefix, results, startedAt, json) {
  mkdirSync(resultsFolder, { recursive: true });
  const text = `${JSON.stringify({ version, startedAt, machine, ...results }, null, 2)}\n`;
  const path = `${resultsFolder}/${prefix}${startedAt.toISOString().replaceAll(':', '-').slice(0, 19)}.json`;
  writeFileSync(path, text);
  if (json !== undefined) writeFileSync(json, text);
  console.log(`\nWritten to ${json ?? path}`);
}

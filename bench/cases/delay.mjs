// delay: how long a packet stays in the server. The program is delay/run.mjs.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runProgram } from './program.mjs';

/**
 * @param {import('../lib/options.mjs').Options} options
 * @returns {Promise<import('../run.mjs').Outcome>}
 */
export async function run(options) {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-delay-'));
  try {
    const file = join(folder, 'delay.json');
    const { code } = await runProgram('delay/run.mjs', ['--server', options.server, '--json', file]);
    const { results } = JSON.parse(readFileSync(file, 'utf8'));
    const wrong = code === 0 ? [] : ['delay: the target is missed, or packets came that are not those sent'];
    return { results: { delay: results }, table: '', doubtful: [], wrong };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

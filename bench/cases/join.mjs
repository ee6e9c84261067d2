// join: how long viewers wait who all come at once. The program is join-storm.mjs.
import { runProgram } from './program.mjs';

/**
 * @param {import('../lib/options.mjs').Options} options
 * @returns {Promise<import('../run.mjs').Outcome>}
 */
export async function run(options) {
  const { code, text } = await runProgram('join-storm.mjs', ['--server', options.server]);
  const wrong =
    code === 0 ? [] : ['join: a viewer got no first frame, or key frames were asked for too often'];
  return { results: { text: text.split('\n') }, table: '', doubtful: [], wrong };
}

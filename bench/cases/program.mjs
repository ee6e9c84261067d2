// Cases that are programs of their own, with options of their own.
import { fileURLToPath } from 'node:url';
import { startChild } from '../lib/children.mjs';

/**
 * Runs one with what it prints passed on.
 *
 * @param {string} script in bench/
 * @param {string[]} args
 * @returns {Promise<{ code: number, text: string }>} its exit code, and what it printed
 */
export function runProgram(script, args) {
  const path = fileURLToPath(new URL(`../${script}`, import.meta.url));
  const child = startChild(process.execPath, [path, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout?.setEncoding('utf8').on('data', (part) => {
    text += part;
    process.stdout.write(part);
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? 1, text }));
  });
}

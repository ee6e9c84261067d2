// Every child process of the benchmark: whatever happens, none outlives it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();

// The last resort, for ways out that pass by every `finally`.
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/**
 * Starts a child process and remembers it until it ends.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {import('node:child_process').SpawnOptions} options
 */
export function startChild(command, args, options) {
  const child = spawn(command, args, options);
  running.add(child);
  // Registered here so that a child that cannot be started is no uncaught error; 'exit' does not follow then.
  child.on('error', () => running.delete(child));
  child.on('exit', () => running.delete(child));
  return child;
}

/** @param {import('node:child_process').ChildProcess} child */
export function hasEnded(child) {
  return child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
}

/**
 * Ends a child: the signal first, SIGKILL when that is not enough.
 *
 * @param {import('node:child_process').ChildProcess} child
 * @param {number} graceMs between the two
 * @returns {Promise<boolean>} whether the first signal was enough
 */
export async function endChild(child, graceMs = 3000) {
  if (hasEnded(child)) return true;
  const ended = once(child, 'exit');
  let gentle = true;
  child.kill('SIGTERM');
  const timer = setTimeout(() => {
    gentle = false;
    child.kill('SIGKILL');
  }, graceMs);
  await ended;
  clearTimeout(timer);
  return gentle;
}

/**
 * Waits for a promise, not for ever.
 *
 * @template T
 * @param {Promise<T>} promise
 * @param {number} ms
 * @param {string} what for the error: what did not happen in time
 * @returns {Promise<T>}
 */
export async function within(promise, ms, what) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what}: nothing after ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

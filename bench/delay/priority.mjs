// Which processes go before others. Scheduling is the system's to allow: most of it takes root.
import { execFileSync } from 'node:child_process';
import { setPriority } from 'node:os';

/** A command that runs another one before all that is not urgent (chrt(1), real-time scheduling in turns). */
export const urgently = ['chrt', '--rr', '1'];

/**
 * Lets a running process, all its threads, go before all that is not urgent.
 *
 * @throws {Error} when the system refuses
 */
export function hurry(pid) {
  execFileSync('chrt', ['--rr', '--all-tasks', '--pid', '1', String(pid)], { stdio: 'ignore' });
}

/**
 * Changes how much of a core a process is given, where the system allows it.
 *
 * @param {number} pid
 * @param {number} niceness from -20, most, to 19
 */
export function prefer(pid, niceness) {
  try {
    setPriority(pid, niceness);
  } catch {
    // The figures say how long processes waited for a core.
  }
}

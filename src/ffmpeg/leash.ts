import { constants, setPriority } from 'node:os';
import type { Leash } from './abilities.js';

/** A program with its arguments. */
export interface Command {
  readonly program: string;
  readonly args: readonly string[];
}

/**
 * The command that runs another one on a leash. Each of its programs replaces itself with the next (`execvp`), so the
 * child's process id is that of the last.
 * @param maxMemory bytes of data that the child may have
 */
export function leashed(command: Command, leash: Leash, maxMemory: number): Command {
  const words = [command.program, ...command.args];
  if (leash.limitsMemory) words.unshift('prlimit', `--data=${maxMemory}`);
  if (leash.diesWithParent) words.unshift('setpriv', '--pdeathsig', 'KILL');
  const [program = '', ...args] = words;
  return { program, args };
}

/**
 * Makes a child give way to others.
 * @param nice from 0, no less important than its parent, to 19
 */
export function giveWay(pid: number, nice: number): void {
  try {
    setPriority(pid, Math.min(nice, constants.priority.PRIORITY_LOW));
  } catch {
    // It has ended, or the system does not let it: it runs as it is.
  }
}

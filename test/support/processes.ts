import { readdirSync, readFileSync } from 'node:fs';

export interface Descendant {
  readonly pid: number;
  /** Its arguments, a blank between them. */
  readonly command: string;
}

/** The processes that a process has started, and those that they have, and so on. */
export function descendants(pid: number): Descendant[] {
  const all = readdirSync('/proc').flatMap((name) => {
    const process = /^\d+$/.test(name) ? readProcess(Number(name)) : null;
    return process ? [process] : [];
  });
  const below = (parent: number): Descendant[] =>
    all.filter((one) => one.parent === parent).flatMap((one) => [one, ...below(one.pid)]);
  return below(pid).map((one) => ({ pid: one.pid, command: one.command }));
}

/** @returns null when it has gone */
function readProcess(pid: number): (Descendant & { readonly parent: number }) | null {
  try {
    const status = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name, in brackets, may have blanks and brackets in it.
    const [, parent = ''] = status.slice(status.lastIndexOf(')') + 2).split(' ');
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
    return { pid, parent: Number(parent), command };
  } catch {
    return null;
  }
}

/** Whether a process is there, one that has ended and was not waited for included. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

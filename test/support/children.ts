import { readdirSync, readFileSync } from 'node:fs';

/** The processes of a program's name that a process has started, itself or by its children. */
export function childrenNamed(ancestor: number, name: string): number[] {
  const parents = new Map<number, { parent: number; name: string }>();
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      const stat = readFileSync(`/proc/${entry}/stat`, 'utf8');
      const [, comm = '', rest = ''] = /^\d+ \((.*)\) (.*)$/s.exec(stat) ?? [];
      const [state, parent] = rest.split(' ');
      if (state !== 'Z') parents.set(Number(entry), { parent: Number(parent), name: comm });
    } catch {
      // It has ended.
    }
  }
  const isBelow = (pid: number): boolean => {
    const parent = parents.get(pid)?.parent;
    return parent !== undefined && parent > 0 && (parent === ancestor || isBelow(parent));
  };
  return [...parents].filter(([pid, process]) => process.name === name && isBelow(pid)).map(([pid]) => pid);
}

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** An input that made a target fail. */
export interface Crash {
  readonly input: Uint8Array;
  readonly reason: string;
}

/** Keeps a crash for ever: `test/unit/fuzz` runs every file there is. @returns its path */
export function keepCrash(folder: string, target: string, input: Uint8Array): string {
  mkdirSync(join(folder, target), { recursive: true });
  const name = createHash('sha256').update(input).digest('hex').slice(0, 12);
  const path = join(folder, target, name);
  writeFileSync(path, input);
  return path;
}

/** The crashes that were kept of a target, by name. */
export function keptCrashes(folder: string, target: string): ReadonlyMap<string, Uint8Array> {
  const path = join(folder, target);
  const names = existsSync(path) ? readdirSync(path).sort() : [];
  return new Map(names.map((name) => [name, new Uint8Array(readFileSync(join(path, name)))]));
}

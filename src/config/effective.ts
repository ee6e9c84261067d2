import { stringify } from 'yaml';
import { announceText } from './announce.js';
import type { Config } from './schema.js';
import { settings } from './settings.js';

/** The settings in force as a YAML file that would set the same, except for secrets, which are masked. */
export function effectiveSettings(config: Config): string {
  const root: Record<string, unknown> = {};
  for (const { path, kind } of settings) {
    let from: unknown = config;
    let into = root;
    for (const name of path.slice(0, -1)) {
      from = Object(from)[name];
      into[name] ??= {};
      into = into[name] as Record<string, unknown>;
    }
    const last = path.at(-1) as string;
    const value: unknown = Object(from)[last];
    into[last] = kind.secret ? masked(value) : value;
  }
  return stringify({ ...root, announce: config.announce.map(announceText) });
}

/** What a secret is shown as; that there is none may be seen. */
function masked(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(masked);
  const empty = value === '' || Object.keys(Object(value)).length === 0;
  return empty ? value : '[secret]';
}

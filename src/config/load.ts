import type { z } from 'zod';
import { Fault } from '../kit/index.js';
import { crossCheck } from './cross-check.js';
import { fileVariable, readEnvironment } from './environment.js';
import { readConfigFile } from './file.js';
import { readFlags } from './flags.js';
import { type Entry, shown, shownName } from './layer.js';
import { helpText } from './reference.js';
import { type Config, configSchema } from './schema.js';
import { settings } from './settings.js';

export interface ConfigSources {
  /** The arguments after the program's name. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Reads a file as text; throws when it cannot. */
  readonly readFile: (path: string) => string;
  /** The product's version, for `--version` and `--help`. */
  readonly version: string;
}

/** The configuration, or a text to print instead of starting (`--help`, `--version`). */
export type LoadedConfig =
  | { readonly kind: 'config'; readonly config: Config }
  | { readonly kind: 'text'; readonly text: string };

/**
 * Puts the configuration together: defaults, under a file (`--config` or SLUICE_CONFIG), under the environment, under
 * flags. Every value of every layer is checked, also one that a higher layer overrides.
 * @throws Fault CONFIG_INVALID with one line for each problem, CONFIG_UNREADABLE, CONFIG_SYNTAX
 */
export function loadConfig({ argv, env, readFile, version }: ConfigSources): LoadedConfig {
  const flags = readFlags(argv);
  if (flags.help) return { kind: 'text', text: helpText(version) };
  if (flags.version) return { kind: 'text', text: `Sluice ${version}\n` };

  const path = flags.file ?? env[fileVariable] ?? '';
  const layers = [...(path === '' ? [] : [readConfigFile(path, readFile)]), readEnvironment(env), flags];
  const problems = layers.flatMap((layer) => layer.problems);
  const chosen = new Map<string, Entry>();
  for (const entry of layers.flatMap((layer) => layer.entries)) {
    problems.push(...check(entry));
    chosen.set(entry.setting.key, entry);
  }
  refuse(problems);

  const config = configSchema.parse(assemble(chosen));
  refuse(crossCheck(config, (key) => chosen.get(key)?.origin ?? 'default'));
  return { kind: 'config', config: deepFreeze(config) };
}

function refuse(problems: readonly string[]): void {
  if (problems.length > 0) throw Fault.of('CONFIG_INVALID', { problems: problems.join('\n') });
}

/** One line for each part of the value that is wrong. */
function check({ setting, value, origin }: Entry): string[] {
  const result = setting.schema.safeParse(value);
  if (result.success) return [];
  const lines = new Map<string, string>();
  const told = setting.kind.secret ? '[secret]' : value;
  for (const issue of result.error.issues) {
    for (const line of issueLines(issue, setting.key, told, origin)) {
      if (!lines.has(line.at)) lines.set(line.at, line.text);
    }
  }
  return [...lines.values()];
}

function issueLines(issue: z.core.$ZodIssue, key: string, value: unknown, origin: string) {
  const at = [key, ...issue.path.map(String)].join('.');
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((name) => {
      const inner = `${at}.${shownName(name)}`;
      return { at: inner, text: `${inner}: no such setting (${origin})` };
    });
  }
  return [{ at, text: `${at}: ${wrongPart(value, issue.path, issue.message)} (${origin})` }];
}

/** What is wrong with the value at a path; a part of `ADDRESS:PORT` is shown as the text that it was read from. */
function wrongPart(value: unknown, path: readonly PropertyKey[], message: string): string {
  let part = value;
  for (const name of path) {
    if (typeof part === 'string') break;
    part = Object(part)[name];
  }
  return part === undefined ? 'is missing' : `${shown(part)} ${message}`;
}

/** The nested object of the given values, with every group present. */
function assemble(chosen: ReadonlyMap<string, Entry>): Record<string, unknown> {
  const root: Record<string, unknown> = {};
  for (const { key, path } of settings) {
    let group = root;
    for (const name of path.slice(0, -1)) {
      group[name] ??= {};
      group = group[name] as Record<string, unknown>;
    }
    const entry = chosen.get(key);
    if (entry) group[path.at(-1) as string] = entry.value;
  }
  return root;
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) deepFreeze(inner);
  }
  return value;
}

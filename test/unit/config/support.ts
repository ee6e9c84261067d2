import { expect } from 'vitest';
import { type Config, type ConfigSources, loadConfig } from '../../../src/config/index.js';
import { Fault } from '../../../src/kit/index.js';

export type Given = Partial<ConfigSources> & { readonly files?: Readonly<Record<string, string>> };

export function load({ files = {}, ...sources }: Given) {
  const readFile = (path: string): string => {
    const text = files[path];
    if (text === undefined) throw new Error(`ENOENT: no such file or directory, open '${path}'`);
    return text;
  };
  return loadConfig({ argv: [], env: {}, version: '1.2.3', readFile, ...sources });
}

export function configOf(given: Given): Config {
  const loaded = load(given);
  if (loaded.kind !== 'config') throw new Error('expected a configuration');
  return loaded.config;
}

export function textOf(...argv: string[]): string {
  const loaded = load({ argv });
  if (loaded.kind !== 'text') throw new Error('expected a text');
  return loaded.text;
}

export function faultOf(given: Given): Fault {
  try {
    load(given);
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
  throw new Error('expected a fault');
}

export function problemsOf(given: Given): string[] {
  const fault = faultOf(given);
  expect(fault.code).toBe('CONFIG_INVALID');
  return fault.message.split('\n');
}

export const yaml = (text: string, rest: Given = {}): Given => ({
  env: { SLUICE_CONFIG: 's.yaml' },
  files: { 's.yaml': text },
  ...rest,
});

import { type Entry, type Layer, shownName, unknown, valueFromText } from './layer.js';
import { nearest } from './nearest.js';
import { settingByVariable } from './settings.js';

const prefix = 'SLUICE_';

/** The variable that names the configuration file. */
export const fileVariable = 'SLUICE_CONFIG';

/** Reads the `SLUICE_*` variables. An empty one counts as not set. */
export function readEnvironment(env: Readonly<Record<string, string | undefined>>): Layer {
  const entries: Entry[] = [];
  const problems: string[] = [];
  for (const [name, text] of Object.entries(env)) {
    if (!name.startsWith(prefix) || name === fileVariable) continue;
    const setting = settingByVariable.get(name);
    if (!setting) {
      problems.push(unknown(`${shownName(name)}: no such variable`, problems, () => nearestVariable(name)));
    } else if (text !== undefined && text !== '') {
      entries.push({ setting, value: valueFromText(setting, [text]), origin: `environment ${name}` });
    }
  }
  return { entries, problems };
}

function nearestVariable(name: string): string | null {
  const near = nearest(withoutPrefix(name), [...settingByVariable.keys()].map(withoutPrefix));
  return near === null ? null : prefix + near;
}

function withoutPrefix(name: string): string {
  return name.slice(prefix.length);
}

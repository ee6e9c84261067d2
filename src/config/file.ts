import { parseDocument } from 'yaml';
import { Fault, reasonOf } from '../kit/index.js';
import { type Entry, type Layer, shown, shownName, shownReason, unknown } from './layer.js';
import { nearest } from './nearest.js';
import { groupKeys, settingByKey } from './settings.js';

/**
 * Reads a configuration file: JSON when its name ends in `.json`, else YAML.
 * @throws Fault when it cannot be read or is no object
 */
export function readConfigFile(path: string, readFile: (path: string) => string): Layer {
  let text: string;
  try {
    text = readFile(path);
  } catch (error) {
    throw Fault.of('CONFIG_UNREADABLE', { path: shownName(path), reason: reasonOf(error) }, error);
  }
  const format = /\.json$/i.test(path) ? 'JSON' : 'YAML';
  const refuse = (reason: string): Fault =>
    Fault.of('CONFIG_SYNTAX', { path: shownName(path), format, reason });
  let content: unknown;
  try {
    content = format === 'JSON' ? JSON.parse(text) : parseYaml(text);
  } catch (error) {
    // JSON.parse quotes what it stumbled over.
    throw refuse(shownReason(reasonOf(error)));
  }
  if (content === null || content === undefined) return { entries: [], problems: [] };
  if (!isObject(content)) throw refuse(`it holds ${shown(content)} where an object is expected`);

  const layer = { entries: [] as Entry[], problems: [] as string[] };
  readGroup(content, [], `file ${shownName(path)}`, layer);
  return layer;
}

function parseYaml(text: string): unknown {
  const document = parseDocument(text, { logLevel: 'silent', prettyErrors: true });
  const error = document.errors[0] ?? document.warnings[0];
  // The message goes on with an excerpt of the file below its first line.
  if (error) throw new Error(error.message.split('\n')[0]?.replace(/:$/, ''));
  return document.toJS({ maxAliasCount: 100 });
}

function readGroup(
  group: Record<string, unknown>,
  parents: readonly string[],
  origin: string,
  layer: { readonly entries: Entry[]; readonly problems: string[] },
): void {
  for (const [name, value] of Object.entries(group)) {
    const path = [...parents, name];
    const key = path.join('.');
    const setting = settingByKey.get(key);
    if (setting && setting.path.length === path.length) {
      layer.entries.push({ setting, value, origin });
    } else if (!groupKeys.includes(key) || name.includes('.')) {
      const line = `${shownName(key)}: no such setting (${origin})`;
      layer.problems.push(unknown(line, layer.problems, () => nearestKey(path)));
    } else if (isObject(value)) {
      readGroup(value, path, origin, layer);
    } else if (value !== null) {
      layer.problems.push(`${key}: ${shown(value)} is not a group of settings (${origin})`);
    }
  }
}

/** First among the neighbours in the same group, then everywhere, then among last names alone. */
function nearestKey(path: readonly string[]): string | null {
  const keys = [...settingByKey.keys(), ...groupKeys];
  const parent = path.slice(0, -1).join('.');
  const neighbours = keys.filter((key) => key.split('.').slice(0, -1).join('.') === parent);
  const whole = path.join('.');
  const name = path.at(-1) ?? '';
  const elsewhere = keys.filter((key) => key.split('.').at(-1)?.toLowerCase() === name.toLowerCase());
  return nearest(whole, neighbours) ?? elsewhere[0] ?? nearest(whole, keys);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

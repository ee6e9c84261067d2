import { type Entry, type Layer, shown, shownName, unknown, valueFromText } from './layer.js';
import { nearest } from './nearest.js';
import { type Setting, settingByFlag } from './settings.js';

/** What the command line says. */
export interface Flags extends Layer {
  readonly help: boolean;
  readonly version: boolean;
  /** The value of `--config`. */
  readonly file: string | null;
}

const ownFlags = ['--config', '--help', '--version'];

/** Reads `--name value` and `--name=value`. A list may be repeated; of anything else the last value counts. */
export function readFlags(argv: readonly string[]): Flags {
  const texts = new Map<Setting, string[]>();
  const problems: string[] = [];
  let help = false;
  let version = false;
  let file: string | null = null;

  for (let index = 0; index < argv.length; index++) {
    const argument = argv[index] ?? '';
    const [name, attached] = splitFlag(argument);
    if (name === '--help' || name === '-h' || name === '--version' || name === '-v') {
      if (attached !== null) problems.push(`${name}: takes no value`);
      if (name === '--help' || name === '-h') help = true;
      else version = true;
      continue;
    }
    const setting = settingByFlag.get(name);
    if (!setting && name !== '--config') {
      problems.push(unknownArgument(argument, name, problems));
      // The value that follows belongs to the unknown flag.
      if (attached === null && name.startsWith('-') && isValue(argv[index + 1])) index++;
      continue;
    }
    const text = attached ?? (isValue(argv[index + 1]) ? argv[++index] : undefined);
    if (text === undefined) {
      problems.push(
        `${name}: needs a value${setting ? `, ${setting.kind.allowed}` : ', the path of a file'}`,
      );
    } else if (setting) {
      texts.set(setting, [...(texts.get(setting) ?? []), text]);
    } else {
      file = text;
    }
  }

  const entries = [...texts].map(
    ([setting, given]): Entry => ({
      setting,
      value: valueFromText(setting, given),
      origin: `flag ${setting.flag}`,
    }),
  );
  return { entries, problems, help, version, file };
}

function splitFlag(argument: string): [name: string, attached: string | null] {
  const equals = argument.startsWith('--') ? argument.indexOf('=') : -1;
  return equals === -1 ? [argument, null] : [argument.slice(0, equals), argument.slice(equals + 1)];
}

function isValue(argument: string | undefined): boolean {
  return argument !== undefined && !/^(--|-[a-z]$)/i.test(argument);
}

function unknownArgument(argument: string, name: string, problems: readonly string[]): string {
  if (!name.startsWith('-')) return `${shown(argument)}: no flag; every setting is given as --name value`;
  return unknown(`${shownName(name)}: no such flag`, problems, () =>
    nearest(name, [...settingByFlag.keys(), ...ownFlags]),
  );
}

import type { Setting } from './settings.js';

/** A value that one layer gives to a setting, not yet checked. */
export interface Entry {
  readonly setting: Setting;
  readonly value: unknown;
  /** Where it stands, for people: `flag --ws-port`. */
  readonly origin: string;
}

/** What one layer says. A problem is one line for people. */
export interface Layer {
  readonly entries: readonly Entry[];
  readonly problems: readonly string[];
}

/** Reads the text of a flag or a variable as its setting has it: lists are separated by commas. */
export function valueFromText(setting: Setting, texts: readonly string[]): unknown {
  const { kind } = setting;
  if (!kind.list) return kind.fromText(texts.at(-1) ?? '');
  return texts
    .flatMap((text) => text.split(','))
    .map((text) => text.trim())
    .filter((text) => text !== '')
    .map((text) => kind.fromText(text));
}

/** Text or a value from outside, short and on one line. */
export function shown(value: unknown): string {
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch {
    text = undefined;
  }
  text ??= String(value);
  const line = text.replace(/[\p{Cc}\u2028\u2029]/gu, ' ');
  return line.length > 80 ? `${line.slice(0, 77)}…` : line;
}

/** What a parser says, which may quote the text, safe to print. */
export function shownReason(reason: string): string {
  return reason.replace(/[\p{Cc}\u2028\u2029]/gu, '?');
}

/** A name from outside, safe to print. */
export function shownName(name: string): string {
  const line = shownReason(name);
  return line.length > 80 ? `${line.slice(0, 77)}…` : line;
}

/** So many problems of a layer are told with a guess: each guess compares a name with all that there are. */
const guesses = 20;

/** A line about something unknown. `guess` finds what may be meant; null where nothing is like it. */
export function unknown(line: string, problems: readonly string[], guess: () => string | null): string {
  const name = problems.length < guesses ? guess() : null;
  return name === null ? line : `${line}; did you mean ${name}?`;
}

import type { Json } from './transcript.js';

/** What is wrong with a value where a placeholder stands, or null. */
export type Check = (placeholder: string, actual: unknown) => string | null;

/**
 * Compares what came with what is written: the same fields, no more and no fewer, in any order.
 * @returns one line a difference, with its place in the arguments; empty when there is none
 */
export function differences(expected: Json, actual: unknown, check: Check, path = ''): string[] {
  const at = path === '' ? 'the arguments' : path;
  if (typeof expected === 'string' && isPlaceholder(expected)) {
    const problem = check(expected.slice(1, -1), actual);
    return problem === null ? [] : [`${at}: ${expected} ${problem}`];
  }
  if (typeof expected !== 'object' || expected === null || typeof actual !== 'object' || actual === null) {
    return Object.is(expected, actual) ? [] : [`${at}: expected ${show(expected)}, came ${show(actual)}`];
  }
  if (Array.isArray(expected) !== Array.isArray(actual)) {
    return [`${at}: expected ${show(expected)}, came ${show(actual)}`];
  }
  const wanted = expected as Readonly<Record<string, Json>>;
  const came = actual as Readonly<Record<string, unknown>>;
  const keys = new Set([...Object.keys(wanted), ...Object.keys(came)]);
  return [...keys].flatMap((key) => {
    const place = path === '' ? key : `${path}.${key}`;
    if (!Object.hasOwn(came, key)) return [`${place}: expected ${show(wanted[key])}, is missing`];
    if (!Object.hasOwn(wanted, key)) return [`${place}: not expected, came ${show(came[key])}`];
    return differences(wanted[key] as Json, came[key], check, place);
  });
}

export function isPlaceholder(text: string): boolean {
  return text.startsWith('<') && text.endsWith('>');
}

const longest = 200;

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}

import { z } from 'zod';

/**
 * Field types that never fail: a value of a wrong type counts as absent. Clients in the wild send numbers as texts and
 * texts as numbers (WCS spec A.2), so what can be read either way is.
 */

/** A JSON object of the application's, passed on as it is. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** A text; numbers and booleans are written out. Absent: ''. */
export function text(fallback = '') {
  return field((value) => readText(value) ?? fallback);
}

/** A text, or undefined. */
export function optionalText() {
  return field(readText).optional();
}

/** A finite number of at least 0, or a text of one. Absent: 0. */
export function amount() {
  return field((value) => readNumber(value) ?? 0);
}

/** As `amount`, or undefined. */
export function optionalAmount() {
  return field(readNumber).optional();
}

/** true and false, also as texts or as 1 and 0. Absent: false. */
export function flag(fallback = false) {
  return field((value) => readFlag(value) ?? fallback);
}

/** As `flag`, or undefined. */
export function optionalFlag() {
  return field(readFlag).optional();
}

/** An object, kept by reference, whatever its fields; or undefined. */
export function optionalObject() {
  return field((value) => (isObject(value) ? value : undefined)).optional();
}

const MAX_TEXTS = 32;

/** An array of texts, or a single one; what is none is left out. Absent: []. */
export function texts() {
  return field((value) => {
    const items: unknown[] = Array.isArray(value) ? value.slice(0, MAX_TEXTS) : [value];
    return items.map(readText).filter((item) => item !== undefined);
  });
}

/** Any JSON value, kept by reference. */
export function anything() {
  return z.unknown().optional();
}

function field<T>(read: (value: unknown) => T) {
  return z.unknown().optional().transform(read);
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function readText(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value)))
    return String(value);
  return undefined;
}

function readNumber(value: unknown): number | undefined {
  const number =
    typeof value === 'number'
      ? value
      : typeof value === 'string' && /^\s*\d{1,15}(\.\d{0,9})?\s*$/.test(value)
        ? Number(value)
        : Number.NaN;
  return Number.isFinite(number) && number >= 0 ? number : undefined;
}

function readFlag(value: unknown): boolean | undefined {
  switch (typeof value === 'string' ? value.trim().toLowerCase() : value) {
    case true:
    case 1:
    case 'true':
    case '1':
      return true;
    case false:
    case 0:
    case 'false':
    case '0':
      return false;
    default:
      return undefined;
  }
}

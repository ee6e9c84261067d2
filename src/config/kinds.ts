import { isIP } from 'node:net';
import { z } from 'zod';
import { type AnnouncedAddress, parseAnnounce } from './announce.js';

/** A sort of value that a setting may have: how it is checked, how it is read from text, how it is explained. */
export interface Kind<Value = unknown> {
  readonly schema: z.ZodType<Value>;
  /** Completes "… is not …" and stands in the reference. */
  readonly allowed: string;
  /** The word for a value in `--flag WORD`. */
  readonly word: string;
  /** Whether its value must not be shown. */
  readonly secret?: boolean;
  /** Whether the setting is a list: in text separated by commas, as a flag also repeated. */
  readonly list: boolean;
  /** Reads one value, or one element of a list, from a flag or variable; what cannot be read stays text. */
  fromText(text: string): unknown;
}

const asIs = (text: string): unknown => text;

/** Whole numbers within bounds, both included. */
export function wholeNumber(min: number, max: number, unit = ''): Kind<number> {
  const allowed = `a whole number from ${min} to ${max}${unit === '' ? '' : ` (${unit})`}`;
  const message = `is not ${allowed}`;
  return {
    schema: z.int(message).min(min, message).max(max, message),
    allowed,
    word: 'NUMBER',
    list: false,
    fromText: numberFromText,
  };
}

/** A TCP or UDP port. @param zero what 0 means */
export function port(zero = 'any free one'): Kind<number> {
  const allowed = `a port from 0 to 65535 (0 means ${zero})`;
  return { ...wholeNumber(0, 65535), schema: portSchema(0, allowed), allowed, word: 'PORT' };
}

/** A code that a WebSocket may be closed with by an application (RFC 6455 section 7.4). */
export function closeCode(): Kind<number> {
  const allowed = 'a close code: 1000, 1003, from 1007 to 1014 or from 3000 to 4999';
  const message = `is not ${allowed}`;
  const schema = z
    .int(message)
    .refine(
      (value) =>
        value === 1000 ||
        value === 1003 ||
        (value >= 1007 && value <= 1014) ||
        (value >= 3000 && value <= 4999),
      message,
    );
  return { ...wholeNumber(1000, 4999), schema, allowed };
}

/** A power of two within bounds, both included. */
export function powerOfTwo(min: number, max: number): Kind<number> {
  const allowed = `a power of two from ${min} to ${max}`;
  const message = `is not ${allowed}`;
  const schema = z
    .int(message)
    .min(min, message)
    .max(max, message)
    .refine((value) => (value & (value - 1)) === 0, message);
  return { ...wholeNumber(min, max), schema, allowed };
}

export function ipAddress(): Kind<string> {
  const allowed = 'an IPv4 or IPv6 address';
  const schema = z.string(`is not ${allowed}`).refine((value) => isIP(value) !== 0, `is not ${allowed}`);
  return { schema, allowed, word: 'ADDRESS', list: false, fromText: asIs };
}

export function path(): Kind<string> {
  const allowed = 'a path';
  const message = `is not ${allowed}`;
  const schema = z
    .string(message)
    .min(1, message)
    .max(4096, message)
    .refine((value) => !value.includes('\0'), message);
  return { schema, allowed, word: 'PATH', list: false, fromText: asIs };
}

/** A path, or empty. */
export function optionalPath(): Kind<string> {
  const { schema, ...rest } = path();
  return { ...rest, schema: z.union([z.literal(''), schema], `is not ${rest.allowed}`) };
}

/** A line of text of 1 to 256 characters. */
export function textLine(): Kind<string> {
  const allowed = 'a line of text of 1 to 256 characters';
  const message = `is not ${allowed}`;
  const schema = z
    .string(message)
    .min(1, message)
    .max(256, message)
    .regex(/^\P{Cc}*$/u, message);
  return { schema, allowed, word: 'TEXT', list: false, fromText: asIs };
}

/** On or off. */
export function onOff(): Kind<boolean> {
  const allowed = 'true or false';
  return {
    schema: z.boolean(`is not ${allowed}`),
    allowed,
    word: 'BOOLEAN',
    list: false,
    fromText: (text) => (/^(true|false)$/i.test(text) ? text.toLowerCase() === 'true' : text),
  };
}

/** A list of texts of 1 to 256 characters, empty by default. */
export function texts(word: string): Kind<string[]> {
  const allowed = 'a list of texts of 1 to 256 characters';
  const message = `is not ${allowed}`;
  const schema = z.array(z.string(message).min(1, message).max(256, message), message);
  return { schema, allowed, word: `${word},…`, list: true, fromText: asIs };
}

/** A list of texts of one form. `form` says it to people: `TYPE.NAME`. */
export function textsLike(pattern: RegExp, form: string, word: string): Kind<string[]> {
  const allowed = `a list of 1 to 256 of ${form}`;
  const message = `is not ${allowed}`;
  const schema = z
    .array(z.string(message).regex(pattern, `is not ${form}`), message)
    .min(1, message)
    .max(256, message);
  return { schema, allowed, word: `${word},…`, list: true, fromText: asIs };
}

/** One line of text. */
export function text(word: string, minLength: number, maxLength: number): Kind<string> {
  const bounds = minLength === 0 ? `at most ${maxLength}` : `${minLength} to ${maxLength}`;
  const allowed = `a line of text of ${bounds} characters`;
  const message = `is not ${allowed}`;
  const schema = z
    .string(message)
    .min(minLength, message)
    .max(maxLength, message)
    .regex(/^\P{Cc}*$/u, message);
  return { schema, allowed, word, list: false, fromText: asIs };
}

/** One line of text that nobody is to see. */
export function secretText(word: string, maxLength: number): Kind<string> {
  return { ...text(word, 0, maxLength), secret: true };
}

/** An HTTP or HTTPS address without a slash at its end, or empty. */
export function webUrl(): Kind<string> {
  const allowed = 'a URL that begins with http:// or https:// and does not end with a slash, or nothing';
  const message = `is not ${allowed}`;
  const schema = z
    .string(message)
    .max(2048, message)
    .refine(
      (value) => value === '' || (/^https?:\/\/[^\s/](?:\S*[^\s/])?$/.test(value) && URL.canParse(value)),
      message,
    );
  return { schema, allowed, word: 'URL', list: false, fromText: asIs };
}

/** The name or address of a host, IPv6 in brackets, or empty. */
export function hostName(): Kind<string> {
  const allowed = 'the name or address of a host, IPv6 in brackets';
  const message = `is not ${allowed}`;
  const schema = z.string(message).refine((value) => {
    const inner = /^\[(.*)\]$/.exec(value)?.[1];
    return inner === undefined ? /^([a-z0-9][a-z0-9.-]{0,252})?$/i.test(value) : isIP(inner) === 6;
  }, message);
  return { schema, allowed, word: 'HOST', list: false, fromText: asIs };
}

/** One of the given names, in any case; the value is the name as given here. */
export function oneOf<const Name extends string>(names: readonly Name[], word: string): Kind<Name> {
  const allowed = `one of ${names.join(', ')}`;
  const message = `is not ${allowed}`;
  const schema = z.string(message).transform((value, context): Name => {
    const found = names.find((name) => name.toLowerCase() === value.toLowerCase());
    if (found !== undefined) return found;
    context.addIssue({ code: 'custom', message });
    return z.NEVER;
  });
  return { schema, allowed, word, list: false, fromText: asIs };
}

/** A list without repetitions of at least one of the given names, the preferred first. */
export function preferenceOf<const Name extends string>(names: readonly Name[], word: string): Kind<Name[]> {
  const item = oneOf(names, word);
  const allowed = `a list of one or more of ${names.join(', ')}, the preferred first`;
  const schema = z
    .array(item.schema, `is not ${allowed}`)
    .min(1, `is not ${allowed}`)
    .refine((values) => new Set(values).size === values.length, 'names something twice');
  return { schema, allowed, word: `${word},…`, list: true, fromText: asIs };
}

/** Addresses that candidates announce: `ADDRESS[:PORT[/TCPPORT]]`, or in a file also objects. */
export function announceList(): Kind<AnnouncedAddress[]> {
  const allowed =
    'ADDRESS[:PORT[/TCPPORT]] with the IP address of a host, IPv6 in brackets, ports from 1 to 65535';
  const addressMessage = 'is not the IP address of a host';
  const portMessage = 'a port from 1 to 65535';
  const item = z.preprocess(
    (value) => (typeof value === 'string' ? (parseAnnounce(value) ?? value) : value),
    z.strictObject(
      {
        address: z
          .string(addressMessage)
          .refine((value) => isIP(value) !== 0 && !/^(0\.0\.0\.0|[:0]+)$|%/.test(value), addressMessage),
        port: portSchema(1, portMessage).exactOptional(),
        tcpPort: portSchema(1, portMessage).exactOptional(),
      },
      { error: (issue) => (issue.code === 'unrecognized_keys' ? undefined : `is not ${allowed}`) },
    ),
  );
  const schema = z.array(item, `is not a list of ${allowed}`).max(32, 'has more than 32 addresses');
  return { schema, allowed, word: 'ADDRESS[:PORT[/TCPPORT]]', list: true, fromText: asIs };
}

function portSchema(min: number, allowed: string): z.ZodInt {
  const message = `is not ${allowed}`;
  return z.int(message).min(min, message).max(65535, message);
}

function numberFromText(text: string): unknown {
  return /^[+-]?\d{1,15}$/.test(text) ? Number(text) : text;
}

import type { z } from 'zod';
import { clientSchemas, type KnownClientMessage, LEGACY_MESSAGES } from './client/index.js';
import { isObject } from './fields.js';

/** A message with a name this server does nothing about; to be ignored (WCS spec A.2). */
export interface UnknownClientMessage {
  readonly name: 'unknown';
  /** The name on the wire, cut to 64 characters. */
  readonly message: string;
  /** Known from older clients, so not worth a warning. */
  readonly legacy: boolean;
  /** The argument, verbatim. */
  readonly data: unknown;
}

export type ClientMessage = KnownClientMessage | UnknownClientMessage;

/** A frame that is no message. `reason` is for the log. */
export interface Malformed {
  readonly name: 'malformed';
  readonly reason: string;
}

/** Deeper nesting than any application has, and far less than JSON.stringify can take when we pass it on. */
const MAX_DEPTH = 64;
const MAX_NAME_LENGTH = 64;

const schemas = new Map<string, z.ZodType>(Object.entries(clientSchemas));

/**
 * Reads one text frame of a client (WCS spec A.2, B). Only an unusable envelope is malformed: a field that is absent or
 * of a wrong type has its default, unknown fields are dropped, objects of the application are passed on verbatim.
 * Never throws. The work is linear in the text, whose size the caller bounds.
 */
export function decode(frame: string): ClientMessage | Malformed {
  if (isDeeperThan(frame, MAX_DEPTH)) return malformed(`nested deeper than ${MAX_DEPTH}`);
  let envelope: unknown;
  try {
    envelope = JSON.parse(frame);
  } catch {
    return malformed('not JSON');
  }
  if (!isObject(envelope)) return malformed('not an object');
  const { message } = envelope;
  if (typeof message !== 'string' || message === '') return malformed('no message name');

  const data = argumentOf(envelope.data);
  const schema = schemas.get(message);
  if (!schema)
    return {
      name: 'unknown',
      message: message.slice(0, MAX_NAME_LENGTH),
      legacy: LEGACY_MESSAGES.has(message),
      data,
    };
  const result = schema.safeParse(isObject(data) ? data : {});
  if (!result.success) return malformed(`${message}: ${result.error.message}`);
  // The table pairs each name with the schema of its payload, which the map's type cannot say.
  return { name: message, data: result.data } as KnownClientMessage;
}

/** `data` is the list of arguments, of which clients send one; a media socket's pong sends none (WCS spec A.2). */
function argumentOf(data: unknown): unknown {
  return Array.isArray(data) ? data[0] : data;
}

function malformed(reason: string): Malformed {
  return { name: 'malformed', reason };
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Counts brackets outside strings, without trusting the text to be JSON. */
function isDeeperThan(frame: string, limit: number): boolean {
  if (frame.length <= limit) return false;
  let depth = 0;
  let quoted = false;
  for (let at = 0; at < frame.length; at++) {
    const code = frame.charCodeAt(at);
    if (quoted) {
      if (code === BACKSLASH) at++;
      else if (code === QUOTE) quoted = false;
    } else if (code === QUOTE) {
      quoted = true;
    } else if (code === 0x5b || code === 0x7b) {
      if (++depth > limit) return true;
    } else if (code === 0x5d || code === 0x7d) {
      depth--;
    }
  }
  return false;
}

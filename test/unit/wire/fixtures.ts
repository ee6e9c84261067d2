import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { z } from 'zod';
import {
  type ClientMessage,
  type ClientMessageName,
  clientSchemas,
  decode,
  type Malformed,
} from '../../../src/wire/index.js';

/** A frame of a recording, or of the official API page's samples. */
export interface RecordedFrame {
  readonly dir: 'open' | 'c2s' | 's2c';
  readonly msg: { readonly message: string; readonly data: readonly unknown[] };
}

export function recording(file: string): RecordedFrame[] {
  const url = new URL(`../../fixtures/${file}`, import.meta.url);
  return JSON.parse(readFileSync(url, 'utf8')) as RecordedFrame[];
}

export const API_PAGE = 'raw-websocket-api-chrome-71.json';
export const BROWSERS = ['websdk-2.0.276-chromium-156.json', 'websdk-2.0.276-firefox-153.json'];

/** What a message with this payload decodes to. */
export function received(message: string, payload?: unknown): ClientMessage | Malformed {
  return decode(JSON.stringify({ message, data: [payload] }));
}

/** The payload of a message that must be known. */
export function payloadOf(message: ClientMessageName, payload?: unknown): Record<string, unknown> {
  const decoded = received(message, payload);
  expect(decoded.name).toBe(message);
  return (decoded as { data: Record<string, unknown> }).data;
}

export const NAMES = Object.keys(clientSchemas) as ClientMessageName[];

/** The fields that the schema of a message has; none for one that takes its payload as it comes. */
export function fieldsOf(message: ClientMessageName): string[] {
  const schema = clientSchemas[message];
  return schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
}

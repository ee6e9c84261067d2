import { isIP } from 'node:net';
import { z } from 'zod';
import type { Kind } from './kinds.js';

const asIs = (text: string): unknown => text;
const mostItems = 256;

function listOf(item: z.ZodType<string>, form: string, word: string): Kind<string[]> {
  const allowed = `a list of at most ${mostItems} of ${form}`;
  const schema = z.array(item, `is not ${allowed}`).max(mostItems, `is not ${allowed}`);
  return { schema, allowed, word: `${word},…`, list: true, fromText: asIs };
}

/** A list of texts of one form that nobody is to see, empty by default. `form` says it to people. */
export function secretTextsLike(pattern: RegExp, form: string, word: string): Kind<string[]> {
  const item = z.string(`is not ${form}`).regex(pattern, `is not ${form}`);
  return { ...listOf(item, form, word), secret: true };
}

function isOrigin(value: string): boolean {
  return /^https?:\/\//.test(value) && URL.canParse(value) && new URL(value).origin === value;
}

/** Web origins, or `*` for every one; nothing that would end a directive of a content security policy. */
export function embedderList(): Kind<string[]> {
  const form = '* or an origin such as https://www.example.com';
  const isEmbedder = (value: string) => value === '*' || (isOrigin(value) && !/[\s;,']/.test(value));
  const item = z.string(`is not ${form}`).refine(isEmbedder, `is not ${form}`);
  return listOf(item, form, 'ORIGIN');
}

/** Web origins (RFC 6454): scheme, host and, unless it is the scheme's own, port. */
export function originList(): Kind<string[]> {
  const form = 'an origin such as https://admin.example.com or http://localhost:3000';
  const item = z.string(`is not ${form}`).refine(isOrigin, `is not ${form}`);
  return listOf(item, form, 'ORIGIN');
}

/** IP addresses, and networks in CIDR notation (RFC 4632). */
export function networkList(): Kind<string[]> {
  const form = 'an IP address or a network such as 10.0.0.0/8';
  const isNetwork = (value: string) => {
    const [, address = '', bits] = /^([0-9a-f:.]+)(?:\/(\d{1,3}))?$/i.exec(value) ?? [];
    const family = isIP(address);
    return family !== 0 && (bits === undefined || Number(bits) <= (family === 4 ? 32 : 128));
  };
  const item = z.string(`is not ${form}`).refine(isNetwork, `is not ${form}`);
  return listOf(item, form, 'NETWORK');
}

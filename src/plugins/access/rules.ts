import { createHash, timingSafeEqual } from 'node:crypto';
import { BlockList, isIP } from 'node:net';
import { parseDocument } from 'yaml';
import { z } from 'zod';
import { Patterns } from './patterns.js';
import { Rights, rightsSchema } from './rights.js';

/** Who asks, as rules see it. */
export interface Person {
  readonly appKey: string;
  /** What the client calls itself; anybody can. */
  readonly login: string;
  readonly address: string;
  readonly token: string | null;
}

const one = z.string().min(1).max(1024);
const oneOrMore = z.union([one.transform((text) => [text]), z.array(one).min(1).max(100)]);

const address = oneOrMore.transform((ranges, context) => {
  const list = new BlockList();
  for (const range of ranges) {
    const [base = '', prefix, ...rest] = range.split('/');
    const family = isIP(base);
    const bits = family === 4 ? 32 : 128;
    const length = prefix === undefined ? bits : /^\d{1,3}$/.test(prefix) ? Number(prefix) : -1;
    if (family === 0 || rest.length > 0 || length < 0 || length > bits) {
      context.addIssue({ code: 'custom', message: 'is no address and no range such as 192.0.2.0/24' });
      return z.NEVER;
    }
    list.addSubnet(base, length, family === 4 ? 'ipv4' : 'ipv6');
  }
  return list;
});

const rule = z
  .strictObject({
    appKey: oneOrMore.exactOptional(),
    login: oneOrMore.exactOptional(),
    address: address.exactOptional(),
    token: oneOrMore.exactOptional(),
    ...rightsSchema.shape,
  })
  .transform(({ appKey, login, token, publish, play, ...others }) => ({
    ...others,
    appKey: appKey && new Patterns(appKey),
    login: login && new Patterns(login),
    tokens: token?.map(digest),
    rights: new Rights({ publish, play }),
  }));

const fileSchema = z.strictObject({ rules: z.array(rule).max(1000) });

/** The rules of a file: what any rule that fits somebody allows is allowed. */
export class Rules {
  private constructor(private readonly rules: readonly z.output<typeof rule>[]) {}

  /** @throws Error with the reason, on one line, without what may be a secret */
  static parse(text: string): Rules {
    // JSON is YAML too. Pretty errors would show a part of the file.
    const document = parseDocument(text, { logLevel: 'silent', prettyErrors: false });
    const error = document.errors[0] ?? document.warnings[0];
    if (error) throw new Error(`at character ${error.pos[0]}: ${error.code}`);
    const result = fileSchema.safeParse(document.toJS({ maxAliasCount: 100 }));
    if (result.success) return new Rules(result.data.rules);
    const [issue] = result.error.issues;
    throw new Error(`${issue?.path.join('.') || 'the file'}: ${issue?.message}`);
  }

  allow(person: Person, kind: 'publish' | 'play', streamName: string): boolean {
    const token = person.token === null ? null : digest(person.token);
    return this.rules.some(
      (rule) =>
        (rule.appKey?.matches(person.appKey) ?? true) &&
        (rule.login?.matches(person.login) ?? true) &&
        (rule.address ? isWithin(rule.address, person.address) : true) &&
        (rule.tokens ? token !== null && holds(rule.tokens, token) : true) &&
        rule.rights.allow(kind, streamName),
    );
  }
}

/** Of equal length, whatever the text: so they can be compared in constant time. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** Compares with all, so that the time tells nothing. */
function holds(tokens: readonly Buffer[], token: Buffer): boolean {
  return tokens.filter((one) => timingSafeEqual(one, token)).length > 0;
}

/** IPv4 addresses come from sockets of both families. */
function isWithin(list: BlockList, address: string): boolean {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '');
  const family = isIP(plain);
  return family !== 0 && list.check(plain, family === 4 ? 'ipv4' : 'ipv6');
}

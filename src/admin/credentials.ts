import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { isPassword, nobodysHash } from './password.js';
import type { AdminSettings, Role } from './settings.js';

/** Somebody who is known, by the name that the audit log calls them. */
export interface Caller {
  readonly name: string;
  readonly role: Role;
}

/** What became of an `Authorization` header: somebody, nobody, or no time to find out. */
export type Identified = Caller | 'unknown' | 'busy';

interface Token extends Caller {
  readonly digest: Buffer;
}

interface User extends Caller {
  readonly hash: string;
}

const longestHeader = 2048;
/** Each takes some 50 ms of a core and 32 MiB. */
const mostHashesAtOnce = 2;
const mostRemembered = 256;

/** The name that goes with a token as its password, for programs that speak Basic only. */
const tokenUser = 'token';

/** Tells who an `Authorization` header is: `Bearer TOKEN`, `Basic NAME:PASSWORD` or `Basic token:TOKEN` (RFC 6750, RFC 7617). */
export class Credentials {
  private readonly tokens: readonly Token[];
  private readonly users: ReadonlyMap<string, User>;
  /** Headers whose password has been found right, so that it is not hashed for each request. */
  private readonly remembered = new Map<string, Caller>();
  private readonly memoryKey = randomBytes(32);
  private hashing = 0;

  constructor({ tokens, users }: Pick<AdminSettings, 'tokens' | 'users'>) {
    this.tokens = tokens.map(readToken);
    this.users = new Map(users.map(readUser).map((user) => [user.name, user]));
  }

  /** Whether nobody can be known. */
  get none(): boolean {
    return this.tokens.length === 0 && this.users.size === 0;
  }

  async identify(header: string): Promise<Identified> {
    if (header.length > longestHeader) return 'unknown';
    const [, scheme = '', value = ''] = /^(bearer|basic) +(\S+) *$/i.exec(header) ?? [];
    if (scheme.toLowerCase() === 'bearer') return this.ofToken(value);
    if (scheme.toLowerCase() !== 'basic') return 'unknown';
    const pair = Buffer.from(value, 'base64').toString('utf8');
    const colon = pair.indexOf(':');
    if (colon === -1) return 'unknown';
    const name = pair.slice(0, colon);
    const password = pair.slice(colon + 1);
    return name === tokenUser ? this.ofToken(password) : this.ofUser(name, password);
  }

  private ofToken(text: string): Caller | 'unknown' {
    const digest = digestOf(text);
    let found: Caller | 'unknown' = 'unknown';
    // All of them, always: the time tells nothing of where the right one stands.
    for (const token of this.tokens) if (timingSafeEqual(token.digest, digest)) found = token;
    return found;
  }

  private async ofUser(name: string, password: string): Promise<Identified> {
    const memory = createHmac('sha256', this.memoryKey).update(`${name}:${password}`).digest('hex');
    const known = this.remembered.get(memory);
    if (known) return known;
    if (this.users.size === 0) return 'unknown';
    if (this.hashing >= mostHashesAtOnce) return 'busy';
    this.hashing += 1;
    try {
      const user = this.users.get(name);
      const right = await isPassword(password, user?.hash ?? nobodysHash);
      if (!user || !right) return 'unknown';
      this.remember(memory, user);
      return user;
    } catch {
      return 'unknown';
    } finally {
      this.hashing -= 1;
    }
  }

  private remember(memory: string, caller: Caller): void {
    const [oldest] = this.remembered.keys();
    if (this.remembered.size >= mostRemembered && oldest !== undefined) this.remembered.delete(oldest);
    this.remembered.set(memory, caller);
  }
}

function readToken(text: string, index: number): Token {
  const [, role = 'operator', token = ''] = /^(?:(viewer|operator):)?(.*)$/s.exec(text) ?? [];
  return { name: `token ${index + 1}`, role: role as Role, digest: digestOf(token) };
}

function readUser(text: string): User {
  const [name = '', role = 'viewer', ...hash] = text.split(':');
  return { name, role: role as Role, hash: hash.join(':') };
}

function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

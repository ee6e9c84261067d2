import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** How long a ticket is good for, ms: a long recording can be watched to its end. */
const validFor = 6 * 3600_000;

/**
 * Tickets for one recording each, as a part of its URL: players in pages cannot send credentials. Good until they expire or
 * the server stops.
 */
export class RecordTickets {
  private readonly key = randomBytes(32);

  /** @param clock ms since 1970 */
  constructor(private readonly clock: () => number) {}

  issue(name: string): string {
    const expires = (this.clock() + validFor).toString(36);
    return `${expires}.${this.sign(name, expires).toString('base64url')}`;
  }

  isValid(name: string, ticket: string): boolean {
    const [, expires = '', signature = ''] = /^([0-9a-z]{1,11})\.([\w-]{43})$/.exec(ticket) ?? [];
    const given = Buffer.from(signature, 'base64url');
    const right = this.sign(name, expires);
    if (given.length !== right.length || !timingSafeEqual(given, right)) return false;
    return this.clock() < Number.parseInt(expires, 36);
  }

  private sign(name: string, expires: string): Buffer {
    return createHmac('sha256', this.key).update(`${expires}/${name}`).digest();
  }
}

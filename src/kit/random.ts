import { randomBytes, randomUUID } from 'node:crypto';

/** Unguessable text of `bytes` random bytes in base64 without padding: letters, digits, `+` and `/`, as ICE allows (RFC 8839 section 5.4). */
export function randomText(bytes: number): string {
  return randomBytes(bytes).toString('base64').replaceAll('=', '');
}

/** A random name of letters, digits and hyphens: a token in any protocol (RFC 9562 section 5.4). */
export function randomName(): string {
  return randomUUID();
}

/** A random integer from 0 to 2^32 − 1. */
export function randomUint32(): number {
  return randomBytes(4).readUInt32BE();
}

import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';

/** A stored password: `scrypt:LOG2_N:R:P:SALT:KEY`, salt and key in base64url (RFC 7914). */
interface StoredPassword {
  readonly cost: ScryptOptions;
  readonly salt: Buffer;
  readonly key: Buffer;
}

const log2N = 15;
const blockSize = 8;
const parallelization = 1;
const keyLength = 32;
const saltLength = 16;

/** What to store of a password, for the setting `admin.users`. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(saltLength);
  const key = await derive(password, salt, keyLength, costOf(log2N, blockSize, parallelization));
  const encoded = [salt, key].map((bytes) => bytes.toString('base64url'));
  return ['scrypt', log2N, blockSize, parallelization, ...encoded].join(':');
}

/** Whether a password is the stored one, in a time that tells nothing of it. A hash of another form fits none. */
export async function isPassword(password: string, hash: string): Promise<boolean> {
  const stored = parse(hash);
  if (!stored) return false;
  const key = await derive(password, stored.salt, stored.key.length, stored.cost);
  return timingSafeEqual(key, stored.key);
}

/** A hash that no password fits, and that takes as long to find that out: for names nobody has. */
export const nobodysHash = `scrypt:${log2N}:${blockSize}:${parallelization}:${'A'.repeat(22)}:${'A'.repeat(43)}`;

function parse(hash: string): StoredPassword | null {
  const match = /^scrypt:(1[4-7]):(\d{1,2}):(\d):([\w-]{16,128}):([\w-]{43,128})$/.exec(hash);
  if (!match) return null;
  const [, n, r, p, salt = '', key = ''] = match;
  return {
    cost: costOf(Number(n), Number(r), Number(p)),
    salt: Buffer.from(salt, 'base64url'),
    key: Buffer.from(key, 'base64url'),
  };
}

function costOf(n: number, r: number, p: number): ScryptOptions {
  const N = 2 ** n;
  // scrypt takes 128 N r bytes, and a little for each lane.
  return { N, r, p, maxmem: 128 * r * (N + p + 8) };
}

function derive(password: string, salt: Buffer, length: number, cost: ScryptOptions): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password, salt, length, cost, (error, key) => (error ? reject(error) : resolve(key)));
  });
}

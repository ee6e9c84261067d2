import { type Arena, baseOf } from './arena.js';
import { openssl } from './openssl.js';

const LONGEST_DIGEST = 64;
const DIGESTS = new Map([
  ['sha-1', 'SHA1'],
  ['sha-224', 'SHA224'],
  ['sha-256', 'SHA256'],
  ['sha-384', 'SHA384'],
  ['sha-512', 'SHA512'],
]);

/**
 * Fingerprint of a certificate in the form of RFC 8122 section 5: upper-case hexadecimal pairs with colons.
 *
 * @param x509 pointer to an X509
 * @param algorithm `sha-1`, `sha-224`, `sha-256`, `sha-384` or `sha-512`, in any case
 * @returns null for an algorithm that is not one of these
 */
export function fingerprintOf(arena: Arena, x509: number, algorithm: string): string | null {
  const name = DIGESTS.get(algorithm.toLowerCase());
  if (name === undefined) return null;
  const o = openssl();
  const digest = o.EVP_get_digestbyname(name);
  const { scratch } = arena;
  const target = baseOf(arena) + scratch;
  let text: string | null = null;
  if (digest !== 0 && o.X509_digest(x509, digest, target, target + LONGEST_DIGEST) === 1) {
    const length = arena.view.getUint32(scratch + LONGEST_DIGEST, true);
    const bytes = arena.u8.subarray(scratch, scratch + length);
    text = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0').toUpperCase()).join(':');
  }
  return text;
}

/**
 * Reads an object from PEM text with one of OpenSSL's `PEM_read_bio_*` functions.
 *
 * @returns a pointer the caller frees, or 0
 */
export function readPem(
  arena: Arena,
  pem: string,
  read: (bio: number, out: number, callback: number, password: number) => number,
): number {
  const o = openssl();
  const bytes = Buffer.from(pem, 'latin1');
  if (bytes.length === 0) return 0;
  const block = arena.require(bytes.length + 1);
  arena.u8.set(bytes, block);
  arena.u8[block + bytes.length] = 0;
  const bio = o.BIO_new_mem_buf(baseOf(arena) + block, bytes.length);
  const object = bio === 0 ? 0 : read(bio, 0, 0, baseOf(arena) + block + bytes.length);
  if (bio !== 0) o.BIO_free(bio);
  arena.u8.fill(0, block, block + bytes.length);
  arena.release(block);
  return object;
}

import { NativeFault } from './native-fault.js';
import { openssl } from './openssl.js';

/** The key length of every cipher here, bytes. */
export const KEY_LENGTH = 16;

const fetched = new Map<string, number>();

/**
 * Finds a cipher of OpenSSL's providers once: initialising from a fetched one skips a lookup by name.
 *
 * @throws NativeFault `openssl` when no provider has it
 */
export function fetchCipher(name: 'AES-128-GCM' | 'AES-128-CTR'): number {
  const known = fetched.get(name);
  if (known !== undefined) return known;
  const cipher = openssl().EVP_CIPHER_fetch(0, name, 0);
  if (cipher === 0) throw new NativeFault('openssl', `This OpenSSL has no ${name}; check its configuration`);
  fetched.set(name, cipher);
  return cipher;
}

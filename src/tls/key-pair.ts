import { createHash, createPrivateKey, X509Certificate } from 'node:crypto';
import { open } from 'node:fs/promises';
import { createSecureContext, type SecureVersion } from 'node:tls';
import { reasonOf } from '../kit/index.js';

/** A certificate with its private key, found to belong together. */
export interface KeyPair {
  /** PEM: the certificate, then those between it and the root. */
  readonly cert: string;
  /** PEM; a secret. */
  readonly key: string;
  /** The certificate itself. */
  readonly leaf: X509Certificate;
  /** Tells one pair from another. */
  readonly digest: string;
}

/** Why a certificate and a key cannot be used, without anything of the key. */
export class UnusablePair extends Error {
  override readonly name = 'UnusablePair';
}

/** Larger than any chain: what is not a PEM file at all is not read into memory. */
const maxFileSize = 1024 * 1024;

/**
 * Reads a certificate and its key.
 * @throws UnusablePair (rejects) when a file cannot be read, or they cannot serve TLS together
 */
export async function readKeyPair(certificatePath: string, keyPath: string): Promise<KeyPair> {
  const [cert, key] = await Promise.all([readText(certificatePath), readText(keyPath)]);
  return keyPair(cert, key);
}

/** @throws UnusablePair */
export function keyPair(cert: string, key: string): KeyPair {
  const leaf = attempt('the certificate is not readable PEM', () => new X509Certificate(cert));
  const privateKey = attempt('the key is not readable PEM without a passphrase', () => createPrivateKey(key));
  if (!attempt('the key does not fit', () => leaf.checkPrivateKey(privateKey))) {
    throw new UnusablePair('the key is not that of the first certificate in the file');
  }
  attempt('OpenSSL refuses them', () => createSecureContext({ cert, key }));
  // The certificate alone would not tell a key that has been mended from the broken one before it.
  const digest = createHash('sha256').update(cert).update('\0').update(key).digest('base64');
  return { cert, key, leaf, digest };
}

/** What `https.createServer` and `setSecureContext` take. */
export function secureContextOf({ cert, key }: KeyPair, minVersion: SecureVersion) {
  return { cert, key, minVersion };
}

/** When a certificate expires, ms since 1970. */
export function expiryOf({ leaf }: KeyPair): number {
  return Date.parse(leaf.validTo);
}

/** Whether a certificate is signed with its own key. */
export function isSelfSigned({ leaf }: KeyPair): boolean {
  return leaf.verify(leaf.publicKey);
}

async function readText(path: string): Promise<string> {
  try {
    const file = await open(path);
    try {
      // One byte more tells a file that is too large; a pipe or a device has no size to ask for.
      const { bytesRead, buffer } = await file.read(Buffer.alloc(maxFileSize + 1), 0, maxFileSize + 1, null);
      if (bytesRead > maxFileSize) throw new UnusablePair(`${path} is larger than ${maxFileSize} bytes`);
      return buffer.toString('utf8', 0, bytesRead);
    } finally {
      await file.close();
    }
  } catch (error) {
    throw error instanceof UnusablePair ? error : new UnusablePair(reasonOf(error), { cause: error });
  }
}

function attempt<T>(what: string, step: () => T): T {
  try {
    return step();
  } catch (error) {
    throw new UnusablePair(`${what} (${reasonOf(error)})`, { cause: error });
  }
}

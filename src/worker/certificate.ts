import { X509Certificate } from 'node:crypto';
import type { Fingerprint } from '../streams/index.js';

/** The certificate every endpoint presents in DTLS, and its fingerprint for `a=fingerprint`. */
export interface MediaCertificate {
  /** PEM. */
  readonly cert: string;
  /** PEM; a secret that only media processes get. */
  readonly key: string;
  readonly fingerprint: Fingerprint;
}

/**
 * Makes a new self-signed ECDSA P-256 certificate: identity comes from signalling, so nobody else signs it (RFC 8827
 * section 6.5). What makes it takes a fifth of a second to load, in which its caller can begin something.
 */
export async function createCertificate(): Promise<MediaCertificate> {
  const { generate } = await import('selfsigned');
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'sluice' }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
  });
  const value = new X509Certificate(cert).fingerprint256;
  return { cert, key, fingerprint: { algorithm: 'sha-256', value } };
}

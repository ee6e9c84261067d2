import { mkdir, rename, writeFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { reasonOf } from '../kit/index.js';
import { expiryOf, type KeyPair, keyPair, readKeyPair, UnusablePair } from './key-pair.js';

const day = 24 * 60 * 60 * 1000;
/** The longest that browsers take from anybody (CA/Browser Forum Baseline Requirements, section 6.3.2 at 398 days). */
const validity = 397 * day;
/** A certificate this near its end is replaced, ms. */
const renewBefore = 30 * day;
/** So that a client whose clock is slow takes it, ms. */
const backdated = day;

/** Where the pair that the server makes for itself is kept. */
export function selfSignedFiles(folder: string): { certificate: string; key: string } {
  return { certificate: join(folder, 'certificate.pem'), key: join(folder, 'key.pem') };
}

/**
 * The self-signed pair in a folder; a new one is made where there is none, where it is about to expire, or where it lacks
 * one of the names.
 * @param names host names and IP addresses that clients connect to
 * @param now ms since 1970
 * @throws UnusablePair (rejects) when the folder cannot be written to
 */
export async function selfSignedPair(
  folder: string,
  names: readonly string[],
  now: number,
): Promise<KeyPair> {
  const files = selfSignedFiles(folder);
  const kept = await readKeyPair(files.certificate, files.key).catch(() => null);
  if (kept && expiryOf(kept) - now > renewBefore && names.every((name) => covers(kept, name))) return kept;
  const made = await makePair(names, now);
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    // Whoever is interrupted between the two finds a pair that does not fit, and makes another one.
    await replace(files.key, made.key, 0o600);
    await replace(files.certificate, made.cert, 0o644);
  } catch (error) {
    throw new UnusablePair(reasonOf(error), { cause: error });
  }
  return made;
}

/** The host names and addresses of a list that a certificate can bear, each once. */
export function certifiable(names: readonly string[]): string[] {
  const usable = names.filter((name) => isIP(name) !== 0 || isHostName(name));
  return [...new Set(usable.map((name) => name.toLowerCase()))];
}

async function makePair(names: readonly string[], now: number): Promise<KeyPair> {
  // Takes a fifth of a second to load, and is needed at the first start only.
  const { generate } = await import('selfsigned');
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'Sluice, self-signed' }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    notBeforeDate: new Date(now - backdated),
    notAfterDate: new Date(now - backdated + validity),
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: names.map((name) => (isIP(name) === 0 ? { type: 2, value: name } : { type: 7, ip: name })),
      },
    ],
  });
  return keyPair(cert, key);
}

function covers({ leaf }: KeyPair, name: string): boolean {
  return (isIP(name) === 0 ? leaf.checkHost(name) : leaf.checkIP(name)) !== undefined;
}

function isHostName(name: string): boolean {
  return name.length <= 253 && name.split('.').every((label) => /^(?!-)[a-z0-9-]{1,63}(?<!-)$/i.test(label));
}

async function replace(path: string, text: string, mode: number): Promise<void> {
  const temporary = `${path}.new`;
  await writeFile(temporary, text, { mode, flush: true });
  await rename(temporary, path);
}

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { isSelfSigned, keyPair, readKeyPair } from '../../../src/tls/key-pair.js';
import { issuedPairFor, pairFor, temporaryFolder } from './support.js';

let own: { cert: string; key: string };
let issued: { cert: string; key: string; ca: string };

beforeAll(async () => {
  own = await pairFor('a.example');
  issued = await issuedPairFor('a.example');
});

describe('a certificate and its key', () => {
  it('are taken, self-signed or issued, with a chain', () => {
    expect(isSelfSigned(keyPair(own.cert, own.key))).toBe(true);
    expect(isSelfSigned(keyPair(`${issued.cert}\n${issued.ca}`, issued.key))).toBe(false);
  });

  it('have a digest that changes with each of them', async () => {
    const { digest } = keyPair(own.cert, own.key);
    expect(keyPair(own.cert, own.key).digest).toBe(digest);
    expect(keyPair(own.cert, `${own.key}\n`).digest).not.toBe(digest);
    expect(keyPair(issued.cert, issued.key).digest).not.toBe(digest);
  });

  it.each<[string, () => [string, string], RegExp]>([
    ['of different pairs', () => [own.cert, issued.key], /not that of the first certificate/],
    ['in the wrong order', () => [`${issued.ca}\n${issued.cert}`, issued.key], /not that of the first/],
    ['exchanged', () => [own.key, own.cert], /certificate is not readable PEM/],
    ['empty', () => ['', ''], /certificate is not readable PEM/],
    ['half written', () => [own.cert.slice(0, 300), own.key], /certificate is not readable PEM/],
    ['with half a key', () => [own.cert, own.key.slice(0, 100)], /key is not readable PEM/],
    [
      'with half a chain',
      () => [`${issued.cert}\n${issued.ca.slice(0, 200)}`, issued.key],
      /OpenSSL refuses/,
    ],
  ])('are refused %s', (_what, given, reason) => {
    const [cert, key] = given();
    expect(() => keyPair(cert, key)).toThrow(reason);
    expect(() => keyPair(cert, key)).not.toThrow(/BEGIN/);
  });

  it('are refused with a passphrase', async () => {
    const { generate } = await import('selfsigned');
    const { cert, private: key } = await generate([{ name: 'commonName', value: 'a' }], { passphrase: 'x' });
    expect(() => keyPair(cert, key)).toThrow(/without a passphrase/);
  });
});

describe('their files', () => {
  it('are read', async () => {
    const folder = temporaryFolder();
    const [certificate, key] = [join(folder, 'c.pem'), join(folder, 'k.pem')];
    writeFileSync(certificate, own.cert);
    writeFileSync(key, own.key);
    expect(await readKeyPair(certificate, key)).toMatchObject(own);
  });

  it('are named when they are missing, folders or too large', async () => {
    const folder = temporaryFolder();
    const key = join(folder, 'k.pem');
    writeFileSync(key, own.key);
    await expect(readKeyPair(join(folder, 'c.pem'), key)).rejects.toThrow(/ENOENT.*c\.pem/);
    await expect(readKeyPair(folder, key)).rejects.toThrow(/EISDIR/);
    await expect(readKeyPair('/dev/zero', key)).rejects.toThrow(/\/dev\/zero is larger than/);
  });
});

import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { expiryOf, isSelfSigned } from '../../../src/tls/key-pair.js';
import { certifiable, selfSignedFiles, selfSignedPair } from '../../../src/tls/self-signed.js';
import { day, temporaryFolder } from './support.js';

const names = ['localhost', 'media.example', '127.0.0.1', '::1', '2001:db8::7'];

describe('the self-signed pair', () => {
  it('is made with all names, for a year and a month, its key for its owner only', async () => {
    const folder = join(temporaryFolder(), 'tls');
    const now = Date.now();
    const pair = await selfSignedPair(folder, names, now);
    expect(isSelfSigned(pair)).toBe(true);
    for (const name of names.slice(0, 2)) expect(pair.leaf.checkHost(name)).toBe(name);
    for (const name of names.slice(2)) expect(pair.leaf.checkIP(name)).toBe(name);
    expect(pair.leaf.checkHost('other.example')).toBeUndefined();
    expect((expiryOf(pair) - now) / day).toBeCloseTo(396, 1);
    expect(Date.parse(pair.leaf.validFrom)).toBeLessThan(now);
    const files = selfSignedFiles(folder);
    expect(statSync(files.key).mode & 0o777).toBe(0o600);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(readFileSync(files.certificate, 'utf8')).toBe(pair.cert);
  });

  it('is kept while it serves, and replaced when it does not', async () => {
    const folder = temporaryFolder();
    const now = Date.now();
    const { digest } = await selfSignedPair(folder, names, now);
    const again = (over: readonly string[], at = now) => selfSignedPair(folder, over, at);
    expect((await again(names)).digest).toBe(digest);
    expect((await again(names.slice(1))).digest).toBe(digest);
    expect((await again(names, now + 365 * day)).digest).toBe(digest);
    const late = await again(names, now + 367 * day);
    expect(late.digest).not.toBe(digest);
    const more = await again([...names, 'new.example'], now + 367 * day);
    expect(more.digest).not.toBe(late.digest);
    expect(more.leaf.checkHost('new.example')).toBe('new.example');
  });

  it('is replaced where its files do not fit', async () => {
    const folder = temporaryFolder();
    const { digest } = await selfSignedPair(folder, names, Date.now());
    const files = selfSignedFiles(folder);
    writeFileSync(files.key, 'no key');
    chmodSync(files.key, 0o644);
    const pair = await selfSignedPair(folder, names, Date.now());
    expect(pair.digest).not.toBe(digest);
    expect(statSync(files.key).mode & 0o777).toBe(0o600);
  });

  it('is not made in a place that is no folder', async () => {
    const file = join(temporaryFolder(), 'file');
    writeFileSync(file, '');
    await expect(selfSignedPair(file, names, Date.now())).rejects.toThrow(/EEXIST|ENOTDIR/);
  });
});

it('bears host names and addresses only, each once', () => {
  const given = [
    'localhost',
    'Box',
    'box',
    'a_b',
    '-a',
    'a-',
    'a..b',
    'a b',
    '',
    '::1',
    '[::1]',
    'x'.repeat(300),
  ];
  expect(certifiable(given)).toEqual(['localhost', 'box', '::1']);
});

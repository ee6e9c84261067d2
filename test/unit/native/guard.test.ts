import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildFuzz, built } from '../../../fuzz/build.mjs';

beforeAll(() => buildFuzz(), 240_000);

/** Runs one thing in a process whose memory has pages without access around each block. */
function run(name: string) {
  const program = join(built, 'fuzz', 'guard', 'main.js');
  const { signal, status, stdout, stderr } = spawnSync(process.execPath, [program, name], {
    encoding: 'utf8',
  });
  return { signal, status, stdout, stderr };
}

describe('memory with a page without access around each block', () => {
  it.each([
    'write behind',
    'read behind',
    'read in front',
    'write after release',
    'OpenSSL behind',
    'HMAC behind',
  ])('ends the process that does this to it: %s', (name) => {
    expect(run(name)).toMatchObject({ signal: 'SIGSEGV', stdout: '' });
  });

  it('ends nobody who knows no such thing', () => {
    expect(run('nothing')).toEqual({ signal: null, status: 0, stdout: 'survived', stderr: '' });
  });

  it('is not sent from, or received into, by the kernel', () => {
    const { stdout, stderr } = run('kernel');
    expect(stderr).toBe('');
    expect(stdout.split('\n')).toEqual(['sent 2', 'received 2', 'refused 1']);
  });

  it('has the media path stay inside: SRTP up to the last byte, DTLS, batches in and out', () => {
    const { signal, status, stdout, stderr } = run('media path');
    expect(stderr).toBe('');
    // 150 packets of 12 bytes and a payload of 1, 13, 25 … bytes.
    const bytes = 150 * 12 + 150 + (12 * 149 * 150) / 2;
    expect(stdout.split('\n')).toEqual([
      `SRTP_AEAD_AES_128_GCM: 182 sealed, ${bytes} bytes`,
      `SRTP_AES128_CM_SHA1_80: 182 sealed, ${bytes} bytes`,
    ]);
    expect({ signal, status }).toEqual({ signal: null, status: 0 });
  }, 120_000);
});

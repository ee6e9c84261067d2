import { AesCtr } from './aes-ctr.js';
import { AesGcm } from './aes-gcm.js';
import type { Arena } from './arena.js';
import { HmacSha1 } from './hmac-sha1.js';
import { NativeFault } from './native-fault.js';
import * as vectors from './self-test-vectors.js';

const KEY = 0;
const IV = 64;
const AAD = 128;
const DATA = 256;
const BLOCK = 512;

/**
 * Runs the published SRTP vectors (RFC 3711 appendix B, RFC 7714 section 16, RFC 2202) through this machine's OpenSSL
 * and this room's use of it, in about a millisecond. To be run before the first packet.
 *
 * @throws NativeFault `self-test` that names what came out wrong
 */
export function selfTest(arena: Arena): void {
  const block = arena.require(BLOCK);
  try {
    testCounterMode(arena, block, 'AES-CM', vectors.AES_CM_KEY, vectors.AES_CM_IV, vectors.AES_CM_STREAM);
    testCounterMode(
      arena,
      block,
      'AES-CM',
      vectors.AES_CM_KEY,
      vectors.AES_CM_LATE_IV,
      vectors.AES_CM_LATE_STREAM,
    );
    testCounterMode(
      arena,
      block,
      'SRTP keys',
      vectors.KDF_KEY,
      vectors.KDF_CIPHER_IV,
      vectors.KDF_CIPHER_KEY,
    );
    testCounterMode(arena, block, 'SRTP salts', vectors.KDF_KEY, vectors.KDF_SALT_IV, vectors.KDF_SALT);
    testCounterMode(
      arena,
      block,
      'SRTP auth keys',
      vectors.KDF_KEY,
      vectors.KDF_AUTH_IV,
      vectors.KDF_AUTH_KEY,
    );
    testGcm(arena, block);
    testHmac(arena, block);
  } finally {
    arena.release(block);
  }
}

function testCounterMode(
  arena: Arena,
  block: number,
  name: string,
  key: string,
  iv: string,
  stream: string,
): void {
  put(arena, block + KEY, key);
  put(arena, block + IV, iv);
  const length = stream.length / 2;
  arena.u8.fill(0, block + DATA, block + DATA + length);
  const cipher = new AesCtr(arena, block + KEY);
  const done = cipher.crypt(block + IV, block + DATA, block + DATA, length);
  cipher.close();
  expect(name, done && get(arena, block + DATA, length) === stream);
}

function testGcm(arena: Arena, block: number): void {
  const { GCM_KEY, GCM_IV, GCM_AAD, GCM_PLAIN, GCM_CIPHER, GCM_TAG } = vectors;
  put(arena, block + KEY, GCM_KEY);
  put(arena, block + IV, GCM_IV);
  const aadLength = put(arena, block + AAD, GCM_AAD);
  const length = put(arena, block + DATA, GCM_PLAIN);
  const sealing = new AesGcm(arena, block + KEY, 'seal');
  const opening = new AesGcm(arena, block + KEY, 'open');
  const open = () => opening.open(block + IV, block + AAD, aadLength, block + DATA, length);
  const sealed = sealing.seal(block + IV, block + AAD, aadLength, block + DATA, block + DATA, length);
  const right = get(arena, block + DATA, length + GCM_TAG.length / 2) === GCM_CIPHER + GCM_TAG;
  const opened = open() && get(arena, block + DATA, length) === GCM_PLAIN;
  put(arena, block + DATA, GCM_CIPHER.replace('f2', 'f3'));
  const refused = !open();
  sealing.close();
  opening.close();
  expect('AES-GCM', sealed && right);
  expect('AES-GCM opening', opened && refused);
}

function testHmac(arena: Arena, block: number): void {
  const keyLength = put(arena, block + KEY, vectors.HMAC_KEY);
  const length = put(arena, block + DATA, vectors.HMAC_TEXT);
  const hmac = new HmacSha1(arena, block + KEY, keyLength);
  let right = true;
  // Twice, because the kept key must survive a message.
  for (let round = 0; round < 2; round++) {
    right &&=
      hmac.sign(block + DATA, length, block + AAD) && get(arena, block + AAD, 20) === vectors.HMAC_MAC;
  }
  hmac.close();
  expect('HMAC-SHA1', right);
}

function expect(name: string, right: boolean): void {
  if (right) return;
  throw new NativeFault(
    'self-test',
    `This OpenSSL computes ${name} wrongly: media cannot be encrypted; use another build`,
  );
}

function put(arena: Arena, offset: number, hex: string): number {
  const bytes = Buffer.from(hex, 'hex');
  arena.u8.set(bytes, offset);
  return bytes.length;
}

function get(arena: Arena, offset: number, length: number): string {
  return Buffer.from(arena.u8.subarray(offset, offset + length)).toString('hex');
}

import { createCipheriv, createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { AesCtr, AesGcm, HmacSha1, NativeFault, selfTest } from '../../../src/native/index.js';
import * as vectors from '../../../src/native/self-test-vectors.js';
import { hex, put, testArena } from './support/memory.js';

const arena = testArena();
const block = arena.require(16_384);
const [KEY, IV, AAD, SOURCE, TARGET] = [block, block + 64, block + 128, block + 1024, block + 8192];

describe('selfTest', () => {
  it('passes with this OpenSSL, in a few ms, and leaves nothing allocated', () => {
    const fresh = testArena();
    selfTest(fresh);
    const started = performance.now();
    selfTest(fresh);
    expect(performance.now() - started).toBeLessThan(50);
    expect(fresh.used).toBe(0);
  });

  it('notices a wrong result', () => {
    const fresh = testArena();
    const set = fresh.u8.set;
    // Everything the self test puts into memory is spoilt by one bit.
    fresh.u8.set = function (source: ArrayLike<number>, offset?: number) {
      set.call(this, source, offset);
      if (source.length === 16) this[offset as number] = (this[offset as number] as number) ^ 1;
    };
    expect(() => selfTest(fresh)).toThrow(NativeFault);
  });
});

describe('AesGcm', () => {
  const { GCM_KEY, GCM_IV, GCM_AAD, GCM_PLAIN, GCM_CIPHER, GCM_TAG } = vectors;
  const length = GCM_PLAIN.length / 2;

  it('seals the packet of RFC 7714 16.1.1 from one place to another, then in place', () => {
    put(arena, KEY, GCM_KEY);
    put(arena, IV, GCM_IV);
    put(arena, AAD, GCM_AAD);
    put(arena, SOURCE, GCM_PLAIN);
    const gcm = new AesGcm(arena, KEY, 'seal');
    arena.u8.fill(0, KEY, KEY + 16);
    expect(gcm.seal(IV, AAD, 12, SOURCE, TARGET, length)).toBe(true);
    expect(hex(arena, TARGET, length + 16)).toBe(GCM_CIPHER + GCM_TAG);
    expect(hex(arena, SOURCE, length)).toBe(GCM_PLAIN);
    expect(gcm.seal(IV, AAD, 12, SOURCE, SOURCE, length)).toBe(true);
    expect(hex(arena, SOURCE, length + 16)).toBe(GCM_CIPHER + GCM_TAG);
    gcm.close();
  });

  it('opens it, and refuses it with any bit changed', () => {
    put(arena, KEY, GCM_KEY);
    put(arena, IV, GCM_IV);
    put(arena, AAD, GCM_AAD);
    const gcm = new AesGcm(arena, KEY, 'open');
    const total = length + 16;
    for (let byte = 0; byte < total; byte++) {
      put(arena, SOURCE, GCM_CIPHER + GCM_TAG);
      const at = SOURCE + byte;
      arena.u8[at] = (arena.u8[at] as number) ^ 0x10;
      expect(gcm.open(IV, AAD, 12, SOURCE, length)).toBe(false);
    }
    put(arena, SOURCE, GCM_CIPHER + GCM_TAG);
    expect(gcm.open(IV, AAD, 11, SOURCE, length)).toBe(false);
    put(arena, SOURCE, GCM_CIPHER + GCM_TAG);
    expect(gcm.open(IV, AAD, 12, SOURCE, length)).toBe(true);
    expect(hex(arena, SOURCE, length)).toBe(GCM_PLAIN);
    gcm.close();
  });

  it('agrees with node:crypto for lengths around the block size, empty ones too', () => {
    put(arena, KEY, GCM_KEY);
    put(arena, IV, GCM_IV);
    const gcm = new AesGcm(arena, KEY, 'seal');
    for (const size of [0, 1, 15, 16, 17, 255, 256, 257, 1200]) {
      arena.u8.fill(size & 0xff, SOURCE, SOURCE + size);
      const peer = createCipheriv('aes-128-gcm', Buffer.from(GCM_KEY, 'hex'), Buffer.from(GCM_IV, 'hex'));
      peer.setAAD(Buffer.from(GCM_AAD, 'hex'));
      const data = Buffer.concat([
        peer.update(Buffer.alloc(size, size & 0xff)),
        peer.final(),
        peer.getAuthTag(),
      ]);
      put(arena, AAD, GCM_AAD);
      expect(gcm.seal(IV, AAD, 12, SOURCE, TARGET, size)).toBe(true);
      expect(hex(arena, TARGET, size + 16)).toBe(data.toString('hex'));
    }
    gcm.close();
  });

  it('lets no range outside the arena through, and nothing after close', () => {
    const sealing = new AesGcm(arena, KEY, 'seal');
    const opening = new AesGcm(arena, KEY, 'open');
    const end = arena.size;
    expect(() => sealing.seal(end, AAD, 12, SOURCE, TARGET, 1)).toThrow(RangeError);
    expect(() => sealing.seal(IV, end - 4, 12, SOURCE, TARGET, 1)).toThrow(RangeError);
    expect(() => sealing.seal(IV, AAD, 12, end, TARGET, 1)).toThrow(RangeError);
    expect(() => sealing.seal(IV, AAD, 12, SOURCE, end - 16, 1)).toThrow(RangeError);
    expect(() => sealing.seal(IV, AAD, 12, SOURCE, TARGET, -1)).toThrow(RangeError);
    expect(() => opening.open(IV, AAD, 12, end - 16, 1)).toThrow(RangeError);
    expect(() => sealing.open(IV, AAD, 12, SOURCE, 1)).toThrow(RangeError);
    expect(() => opening.seal(IV, AAD, 12, SOURCE, TARGET, 1)).toThrow(RangeError);
    for (const gcm of [sealing, opening]) {
      gcm.close();
      gcm.close();
    }
    expect(() => sealing.seal(IV, AAD, 12, SOURCE, TARGET, 1)).toThrow(RangeError);
    expect(() => new AesGcm(arena, end - 8, 'seal')).toThrow(RangeError);
  });
});

describe('AesCtr', () => {
  it('makes the key streams of RFC 3711 B.2', () => {
    const { AES_CM_KEY, AES_CM_IV, AES_CM_STREAM, AES_CM_LATE_IV, AES_CM_LATE_STREAM } = vectors;
    put(arena, KEY, AES_CM_KEY);
    const ctr = new AesCtr(arena, KEY);
    for (const [iv, stream] of [
      [AES_CM_IV, AES_CM_STREAM],
      [AES_CM_LATE_IV, AES_CM_LATE_STREAM],
      [AES_CM_IV, AES_CM_STREAM],
    ] as const) {
      put(arena, IV, iv);
      arena.u8.fill(0, SOURCE, SOURCE + 48);
      expect(ctr.crypt(IV, SOURCE, TARGET, 48)).toBe(true);
      expect(hex(arena, TARGET, 48)).toBe(stream);
      expect(ctr.crypt(IV, TARGET, TARGET, 48)).toBe(true);
      expect(hex(arena, TARGET, 48)).toBe('00'.repeat(48));
    }
    expect(ctr.crypt(IV, SOURCE, TARGET, 0)).toBe(true);
    expect(() => ctr.crypt(IV, SOURCE, arena.size, 1)).toThrow(RangeError);
    expect(() => ctr.crypt(arena.size - 8, SOURCE, TARGET, 1)).toThrow(RangeError);
    ctr.close();
    ctr.close();
    expect(() => ctr.crypt(IV, SOURCE, TARGET, 1)).toThrow(RangeError);
  });
});

describe('HmacSha1', () => {
  it('agrees with node:crypto, message after message', () => {
    for (const keyLength of [20, 24, 100]) {
      arena.u8.fill(keyLength, KEY, KEY + keyLength);
      const hmac = new HmacSha1(arena, KEY, keyLength);
      for (const size of [0, 1, 55, 64, 65, 1204]) {
        arena.u8.fill(7, SOURCE, SOURCE + size);
        expect(hmac.sign(SOURCE, size, SOURCE + size)).toBe(true);
        const peer = createHmac('sha1', Buffer.alloc(keyLength, keyLength)).update(Buffer.alloc(size, 7));
        expect(hex(arena, SOURCE + size, 20)).toBe(peer.digest('hex'));
      }
      expect(() => hmac.sign(SOURCE, 1, arena.size - 19)).toThrow(RangeError);
      hmac.close();
      expect(() => hmac.sign(SOURCE, 1, TARGET)).toThrow(RangeError);
    }
  });
});

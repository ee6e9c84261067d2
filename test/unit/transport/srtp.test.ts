import { describe, expect, it } from 'vitest';
import {
  AesGcm,
  Arena,
  masterSaltLength,
  SRTP_PROFILES,
  type SrtpProfile,
} from '../../../src/native/index.js';
import { CmTransform } from '../../../src/transport/cm-transform.js';
import { GcmTransform } from '../../../src/transport/gcm-transform.js';
import { KeyDerivation, type MasterKey } from '../../../src/transport/srtp-keys.js';
import {
  MALFORMED,
  REPLAYED,
  SrtpReceiver,
  TOO_MANY_SOURCES,
  UNAUTHENTIC,
} from '../../../src/transport/srtp-receiver.js';
import { SrtpSender } from '../../../src/transport/srtp-sender.js';

/** Master keys and packets of libsrtp's own test (`test/srtp_driver.c`), sealed with index 0x1234 and 1. */
const CM_MASTER = 'e1f97a0d3e018be0d64fa32c06de4139' + '0ec675ad498afeebb6960b3aabe6';
const GCM_MASTER = '000102030405060708090a0b0c0d0e0f' + 'a0a1a2a3a4a5a6a7a8a9aaab';
const RTP = `800f1234decafbadcafebabe${'ab'.repeat(16)}`;
const RTCP = `81c8000bcafebabe${'ab'.repeat(16)}`;
const SEALED = {
  SRTP_AES128_CM_SHA1_80: {
    rtp: '800f1234decafbadcafebabe' + '4e55dc4ce79978d88ca4d215949d2402' + 'b78d6acc99ea179b8dbb',
    rtcp: '81c8000bcafebabe' + '7128035be487b9bdbef89041f977a5a8' + '80000001' + '993e08cd54d6c1230798',
  },
  SRTP_AEAD_AES_128_GCM: {
    rtp: '800f1234decafbadcafebabe' + 'c5002ede04cfdd2eb91159e0880aa06e' + 'd2976826f796b201df3131a127e8a392',
    rtcp:
      '81c8000bcafebabe' +
      'c98b8b5df0392a55852b6c21ac8e7025' +
      'c52c6fbea2b3b446ea31123ba88ce61e' +
      '80000001',
  },
} as const;

const arena = new Arena(2 ** 20);
const MASTER = arena.require(64);
const AT = arena.require(2048);
const OTHER = arena.require(2048);

function master(profile: SrtpProfile): MasterKey {
  put(MASTER, profile === 'SRTP_AEAD_AES_128_GCM' ? GCM_MASTER : CM_MASTER);
  return { keyOffset: MASTER, saltOffset: MASTER + 16, saltLength: masterSaltLength(profile) };
}

function put(offset: number, hex: string): number {
  const bytes = Buffer.from(hex, 'hex');
  arena.u8.set(bytes, offset);
  return bytes.length;
}

function get(offset: number, length: number): string {
  return Buffer.from(arena.u8.subarray(offset, offset + length)).toString('hex');
}

/** Seals a packet with `sequence` and one byte of payload at AT. */
function seal(sender: SrtpSender, index: number, ssrc = 7): number {
  arena.view.setUint32(AT, 0x8060_0000 + (index % 65_536));
  arena.view.setUint32(AT + 4, 0);
  arena.view.setUint32(AT + 8, ssrc);
  arena.u8[OTHER] = 0x42;
  return sender.sealRtp(AT, 12, OTHER, 1, index);
}

describe('KeyDerivation', () => {
  it('gives the session keys of RFC 3711 B.3', () => {
    const { keyOffset, saltOffset, saltLength } = master('SRTP_AES128_CM_SHA1_80');
    const keys = new KeyDerivation(arena, keyOffset, saltOffset, saltLength);
    for (const [label, key] of [
      [0, 'c61e7a93744f39ee10734afe3ff7a087'],
      [2, '30cbbc08863d8c85d49db34a9ae1'],
      [1, 'cebe321f6ff7716b6fd4ab49af256a156d38baa48f0a0acf3c34e2359e6cdbce'],
      [0, 'c61e7a93744f39ee10734afe3ff7a087'],
    ] as const) {
      keys.derive(label, AT, key.length / 2);
      expect(get(AT, key.length / 2)).toBe(key);
    }
    keys.close();
  });

  it('pads the short salt of GCM at its end', () => {
    for (let index = 0; index < 16; index++) arena.u8[AT + index] = index;
    for (let index = 0; index < 12; index++) arena.u8[AT + 16 + index] = 0x40 + index;
    arena.u8.fill(0xff, AT + 28, AT + 40);
    const keys = new KeyDerivation(arena, AT, AT + 16, 12);
    keys.derive(2, OTHER, 12);
    expect(get(OTHER, 12)).toBe('1fcd5d561e66dc49ec1c3ccb');
    keys.close();
  });
});

describe('RFC 7714 17.1', () => {
  it('is what an SRTCP compound becomes under the session key itself', () => {
    put(AT, '000102030405060708090a0b0c0d0e0f');
    put(AT + 16, '517524055203726f207170bb');
    put(AT + 32, '81c8000d4d617273800005d4');
    const length = put(AT + 64, `4e5450314e545032525450200000042a0000e9304c756e61${'deadbeef'.repeat(5)}`);
    const gcm = new AesGcm(arena, AT, 'seal');
    expect(gcm.seal(AT + 16, AT + 32, 12, AT + 64, AT + 64, length)).toBe(true);
    expect(get(AT + 64, length + 16)).toBe(
      '63e94885dcdab67ca727d7662f6b7e997ff5c0f76c06f32dc676a5f1730d6fda4ce09b4686303ded0bb9275bc84aa45896cf4d2fc5abf87245d9eade',
    );
    gcm.close();
  });
});

describe.each(SRTP_PROFILES)('%s', (profile) => {
  const sealed = SEALED[profile];
  const transform = (direction: 'seal' | 'open') =>
    profile === 'SRTP_AEAD_AES_128_GCM'
      ? new GcmTransform(arena, master(profile), direction)
      : new CmTransform(arena, master(profile));

  it('seals as libsrtp does', () => {
    const sealing = transform('seal');
    put(OTHER, RTP);
    arena.u8.copyWithin(AT, OTHER, OTHER + 12);
    expect(sealing.sealRtp(AT, 12, OTHER + 12, 16, 0x1234)).toBe(sealed.rtp.length / 2);
    expect(get(AT, sealed.rtp.length / 2)).toBe(sealed.rtp);
    expect(get(OTHER, RTP.length / 2)).toBe(RTP);
    expect(sealing.sealRtcp(AT, put(AT, RTCP), 1)).toBe(sealed.rtcp.length / 2);
    expect(get(AT, sealed.rtcp.length / 2)).toBe(sealed.rtcp);
    sealing.close();
  });

  it('opens what libsrtp sealed', () => {
    const receiver = new SrtpReceiver(arena, profile, master(profile));
    expect(receiver.openRtp(AT, put(AT, sealed.rtp))).toBe(RTP.length / 2);
    expect(get(AT, RTP.length / 2)).toBe(RTP);
    expect(receiver.openRtcp(AT, put(AT, sealed.rtcp))).toBe(RTCP.length / 2);
    expect(get(AT, RTCP.length / 2)).toBe(RTCP);
    receiver.close();
  });

  it('refuses any changed bit and any cut, and takes the whole one afterwards', () => {
    const receiver = new SrtpReceiver(arena, profile, master(profile));
    for (const [text, open] of [
      [sealed.rtp, (length: number) => receiver.openRtp(AT, length)],
      [sealed.rtcp, (length: number) => receiver.openRtcp(AT, length)],
    ] as const) {
      const length = text.length / 2;
      for (let byte = 0; byte < length; byte++) {
        put(AT, text);
        arena.u8[AT + byte] = (arena.u8[AT + byte] as number) ^ 0x40;
        expect(open(length)).toBeLessThan(0);
        put(AT, text);
        expect(open(byte)).toBeLessThan(0);
      }
      put(AT, text);
      expect(open(length)).toBeGreaterThan(0);
      put(AT, text);
      expect(open(length)).toBe(REPLAYED);
    }
    receiver.close();
  });

  it('keeps what it opens in step across a rollover, with loss and reordering', () => {
    const sender = new SrtpSender(arena, profile, master(profile));
    const receiver = new SrtpReceiver(arena, profile, master(profile));
    for (const index of [
      65_000, 65_535, 65_537, 65_536, 65_534, 70_000, 100_000, 131_000, 131_072, 131_071, 163_000, 190_000,
      196_609,
    ]) {
      const length = seal(sender, index);
      expect(receiver.openRtp(AT, length)).toBe(13);
      expect(arena.u8[AT + 12]).toBe(0x42);
    }
    // The same index again is a replay; so is one that is too old to tell.
    expect(receiver.openRtp(AT, seal(sender, 196_609))).toBe(REPLAYED);
    expect(receiver.openRtp(AT, seal(sender, 196_609 - 128))).toBe(REPLAYED);
    // More than half the number space ahead: taken for another rollover count, hence not authentic.
    expect(receiver.openRtp(AT, seal(sender, 196_609 + 50_000))).toBeLessThan(0);
    expect(receiver.openRtp(AT, seal(sender, 196_610))).toBe(13);
    sender.close();
    receiver.close();
  });

  it('numbers compounds, and refuses their replay', () => {
    const sender = new SrtpSender(arena, profile, master(profile));
    const receiver = new SrtpReceiver(arena, profile, master(profile));
    const sealNext = () => sender.sealRtcp(AT, put(AT, RTCP));
    const first = sealNext();
    const kept = get(AT, first);
    expect(receiver.openRtcp(AT, first)).toBe(24);
    expect(receiver.openRtcp(AT, sealNext())).toBe(24);
    expect(receiver.openRtcp(AT, put(AT, kept))).toBe(REPLAYED);
    sender.close();
    receiver.close();
  });

  it('leaves the header clear, CSRCs and extensions with it, and lets it be no longer than the packet', () => {
    const sender = new SrtpSender(arena, profile, master(profile));
    const receiver = new SrtpReceiver(arena, profile, master(profile));
    const header = `92600001000000000000000700000001${'00000002'}bede0002${'10aa'.repeat(4)}`;
    const headerLength = put(AT, header);
    put(OTHER, 'c0ffee');
    const length = sender.sealRtp(AT, headerLength, OTHER, 3, 1);
    expect(get(AT, headerLength)).toBe(header);
    expect(get(AT + headerLength, 3)).not.toBe('c0ffee');
    expect(receiver.openRtp(AT, length)).toBe(headerLength + 3);
    expect(get(AT, headerLength + 3)).toBe(`${header}c0ffee`);
    for (const [bad, reason] of [
      ['40', MALFORMED],
      ['8f', MALFORMED],
      ['90', MALFORMED],
    ] as const) {
      const total = seal(sender, 2);
      put(AT, bad);
      expect(receiver.openRtp(AT, total)).toBe(reason);
    }
    sender.close();
    receiver.close();
  });

  it('remembers 32 sources, and only authentic ones', () => {
    const sender = new SrtpSender(arena, profile, master(profile));
    const receiver = new SrtpReceiver(arena, profile, master(profile));
    for (let ssrc = 100; ssrc < 200; ssrc++) {
      const length = seal(sender, 1, ssrc);
      arena.u8[AT + length - 1] = (arena.u8[AT + length - 1] as number) ^ 1;
      expect(receiver.openRtp(AT, length)).toBe(UNAUTHENTIC);
    }
    for (let ssrc = 0; ssrc < 32; ssrc++) expect(receiver.openRtp(AT, seal(sender, 1, ssrc))).toBe(13);
    expect(receiver.openRtp(AT, seal(sender, 1, 32))).toBe(TOO_MANY_SOURCES);
    expect(receiver.openRtp(AT, seal(sender, 2, 31))).toBe(13);
    sender.close();
    receiver.close();
  });

  it('refuses to seal what has no header or no valid index, and wants encrypted compounds', () => {
    const used = arena.used;
    const sender = new SrtpSender(arena, profile, master(profile));
    const receiver = new SrtpReceiver(arena, profile, master(profile));
    for (const index of [-1, 2 ** 48, Number.NaN]) expect(sender.sealRtp(AT, 12, OTHER, 1, index)).toBe(0);
    expect(sender.sealRtp(AT, 11, OTHER, 1, 1)).toBe(0);
    arena.view.setUint16(AT + 2, 5);
    expect(sender.sealRtp(AT, 12, OTHER, 1, 65_536 + 4)).toBe(0);
    expect(sender.sealRtp(AT, 12, OTHER, 1, 65_536 + 5)).toBeGreaterThan(0);
    expect(sender.sealRtcp(AT, 7)).toBe(0);
    const length = sender.sealRtcp(AT, put(AT, RTCP));
    const flag = profile === 'SRTP_AEAD_AES_128_GCM' ? AT + length - 4 : AT + length - 14;
    arena.u8[flag] = (arena.u8[flag] as number) & 0x7f;
    expect(receiver.openRtcp(AT, length)).toBe(MALFORMED);
    expect(sender.room).toBeGreaterThanOrEqual(20);
    sender.close();
    receiver.close();
    expect(arena.used).toBe(used);
  });
});

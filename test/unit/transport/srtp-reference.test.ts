import { describe, expect, it } from 'vitest';
import { Random } from '../../../fuzz/engine/random.js';
import { Arena, masterSaltLength, SRTP_PROFILES, type SrtpProfile } from '../../../src/native/index.js';
import { SrtpReceiver, UNAUTHENTIC } from '../../../src/transport/srtp-receiver.js';
import { SrtpSender } from '../../../src/transport/srtp-sender.js';
import { counterMode, gcm, type Master, type Reference } from './support/srtp-reference.js';

const arena = new Arena(2 ** 20);
const MASTER = arena.require(64);
const AT = arena.require(2048);

const implementations: Record<SrtpProfile, (master: Master) => Reference> = {
  SRTP_AES128_CM_SHA1_80: counterMode,
  SRTP_AEAD_AES_128_GCM: gcm,
};

function bytesOf(random: Random, length: number): Buffer {
  return Buffer.from(Uint8Array.from({ length }, () => random.below(256)));
}

/** Both implementations with the same random keys. */
function pair(random: Random, profile: SrtpProfile) {
  const master = { key: bytesOf(random, 16), salt: bytesOf(random, masterSaltLength(profile)) };
  arena.u8.set(Buffer.concat([master.key, master.salt]), MASTER);
  const keys = { keyOffset: MASTER, saltOffset: MASTER + 16, saltLength: master.salt.length };
  return {
    sender: new SrtpSender(arena, profile, keys),
    receiver: new SrtpReceiver(arena, profile, keys),
    reference: implementations[profile](master),
  };
}

/** A packet with CSRCs and extension by chance. */
function rtpPacket(random: Random, ssrc: number, index: number): { packet: Buffer; header: number } {
  const csrcs = random.below(4);
  const extension = random.chance(2) ? 1 + random.below(5) : 0;
  const fixed = Buffer.alloc(12);
  fixed[0] = 0x80 | (extension > 0 ? 0x10 : 0) | csrcs;
  fixed[1] = random.below(128);
  fixed.writeUInt16BE(index % 2 ** 16, 2);
  fixed.writeUInt32BE(random.next(), 4);
  fixed.writeUInt32BE(ssrc, 8);
  const parts = [fixed, bytesOf(random, 4 * csrcs)];
  if (extension > 0) parts.push(Buffer.of(0xbe, 0xde, 0, extension), bytesOf(random, 4 * extension));
  const header = Buffer.concat(parts);
  return { packet: Buffer.concat([header, bytesOf(random, random.below(1300))]), header: header.length };
}

function put(bytes: Buffer): number {
  arena.u8.set(bytes, AT);
  return bytes.length;
}

const get = (length: number): Buffer => Buffer.from(arena.u8.slice(AT, AT + length));

describe.each(SRTP_PROFILES)('%s and an implementation that knows nothing of it', (profile) => {
  it('seal the same packets, and open each other’s, over two roll-overs', () => {
    const random = new Random(3711);
    for (let session = 0; session < 3; session++) {
      const { sender, receiver, reference } = pair(random, profile);
      const ssrc = random.next();
      let index = 40_000;
      for (; index < 2 * 65_536 + 1000; index += 1 + random.below(4000)) {
        const { packet, header } = rtpPacket(random, ssrc, index);
        put(packet);
        const sealed = get(sender.sealRtp(AT, header, AT + header, packet.length - header, index));
        expect(sealed.equals(reference.sealRtp(packet, header, index))).toBe(true);
        expect(reference.openRtp(sealed, header, index).equals(packet)).toBe(true);
        expect(receiver.openRtp(AT, put(sealed))).toBe(packet.length);
        expect(get(packet.length).equals(packet)).toBe(true);
      }
      expect(index).toBeGreaterThan(2 * 65_536);
      sender.close();
      receiver.close();
    }
  });

  it('seal the same up to the last index there is', () => {
    const random = new Random(7714);
    const { sender, reference } = pair(random, profile);
    for (const index of [0, 65_535, 65_536, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 47, 2 ** 48 - 1]) {
      const { packet, header } = rtpPacket(random, 1, index);
      put(packet);
      const sealed = get(sender.sealRtp(AT, header, AT + header, packet.length - header, index));
      expect(sealed.equals(reference.sealRtp(packet, header, index))).toBe(true);
    }
    sender.close();
  });

  it('seal the same compounds, and open each other’s', () => {
    const random = new Random(3550);
    for (let session = 0; session < 3; session++) {
      const { sender, receiver, reference } = pair(random, profile);
      const head = Buffer.concat([Buffer.of(0x81, 200), bytesOf(random, 6)]);
      for (let index = 0; index < 40; index++) {
        const compound = Buffer.concat([head, bytesOf(random, 4 * random.below(300))]);
        const ours = get(sender.sealRtcp(AT, put(compound)));
        expect(ours.equals(reference.sealRtcp(compound, index))).toBe(true);
        const theirs = reference.openRtcp(ours);
        expect(theirs.plain.equals(compound) && theirs.index === index).toBe(true);
        expect(receiver.openRtcp(AT, put(ours))).toBe(compound.length);
        expect(get(compound.length).equals(compound)).toBe(true);
      }
      const last = Buffer.concat([head, bytesOf(random, 40)]);
      expect(receiver.openRtcp(AT, put(reference.sealRtcp(last, 2 ** 31 - 1)))).toBe(last.length);
      expect(get(last.length).equals(last)).toBe(true);
      sender.close();
      receiver.close();
    }
  });

  it('disagree where a key differs in a bit', () => {
    const random = new Random(1);
    const { receiver } = pair(random, profile);
    const { reference, sender } = pair(random, profile);
    const { packet, header } = rtpPacket(random, 7, 7);
    expect(receiver.openRtp(AT, put(reference.sealRtp(packet, header, 7)))).toBe(UNAUTHENTIC);
    receiver.close();
    sender.close();
  });
});

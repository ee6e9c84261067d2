import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto';

/**
 * SRTP once more, on Node's own crypto and straight from the RFCs, with none of the server's code: what one seals the
 * other must open.
 */
export interface Master {
  readonly key: Buffer;
  readonly salt: Buffer;
}

/** RFC 3711 section 4.3.1 with a key derivation rate of zero; a salt of 96 bits is padded at its end (RFC 7714 section 11). */
function derive({ key, salt }: Master, label: number, length: number): Buffer {
  const x = Buffer.alloc(16);
  salt.copy(x);
  x[7]! ^= label;
  return createCipheriv('aes-128-ctr', key, x).update(Buffer.alloc(length));
}

function xor(a: Buffer, b: Buffer): Buffer {
  return Buffer.from(a.map((byte, index) => byte ^ b[index]!));
}

const uint = (value: number, bytes: number): Buffer => {
  const buffer = Buffer.alloc(8);
  buffer.writeBigUInt64BE(BigInt(value));
  return buffer.subarray(8 - bytes);
};

interface Session {
  readonly cipher: Buffer;
  readonly authentication: Buffer;
  readonly salt: Buffer;
}

export interface Reference {
  /** @param header bytes of the header that stay in the clear @param index ROC * 2^16 + SEQ */
  sealRtp(packet: Buffer, header: number, index: number): Buffer;
  openRtp(packet: Buffer, header: number, index: number): Buffer;
  sealRtcp(compound: Buffer, index: number): Buffer;
  /** @returns the compound and its index */
  openRtcp(packet: Buffer): { readonly plain: Buffer; readonly index: number };
}

const E_FLAG = 0x8000_0000;

/** AES_CM_128_HMAC_SHA1_80: RFC 3711 sections 3.1, 3.4, 4.1.1 and 4.2. */
export function counterMode(master: Master): Reference {
  const session = (first: number): Session => ({
    cipher: derive(master, first, 16),
    authentication: derive(master, first + 1, 20),
    salt: derive(master, first + 2, 14),
  });
  const [rtp, rtcp] = [session(0), session(3)];
  const crypt = ({ cipher, salt }: Session, ssrc: Buffer, index: number, data: Buffer) => {
    const mask = Buffer.concat([Buffer.alloc(4), ssrc, uint(index, 6), Buffer.alloc(2)]);
    const iv = xor(Buffer.concat([salt, Buffer.alloc(2)]), mask);
    return createCipheriv('aes-128-ctr', cipher, iv).update(data);
  };
  const tagOf = ({ authentication }: Session, ...parts: Buffer[]) =>
    createHmac('sha1', authentication).update(Buffer.concat(parts)).digest().subarray(0, 10);
  const expectTag = (got: Buffer, wanted: Buffer) => {
    if (!got.equals(wanted)) throw new Error('not authentic');
  };
  const sealRtp = (packet: Buffer, header: number, index: number): Buffer => {
    const body = crypt(rtp, packet.subarray(8, 12), index, packet.subarray(header));
    const sealed = Buffer.concat([packet.subarray(0, header), body]);
    return Buffer.concat([sealed, tagOf(rtp, sealed, uint(Math.floor(index / 2 ** 16), 4))]);
  };
  const sealRtcp = (compound: Buffer, index: number): Buffer => {
    const body = crypt(rtcp, compound.subarray(4, 8), index, compound.subarray(8));
    const sealed = Buffer.concat([compound.subarray(0, 8), body, uint(E_FLAG + index, 4)]);
    return Buffer.concat([sealed, tagOf(rtcp, sealed)]);
  };
  return {
    sealRtp,
    sealRtcp,
    openRtp(packet, header, index) {
      const sealed = packet.subarray(0, -10);
      expectTag(packet.subarray(-10), tagOf(rtp, sealed, uint(Math.floor(index / 2 ** 16), 4)));
      const body = crypt(rtp, sealed.subarray(8, 12), index, sealed.subarray(header));
      return Buffer.concat([sealed.subarray(0, header), body]);
    },
    openRtcp(packet) {
      const sealed = packet.subarray(0, -10);
      expectTag(packet.subarray(-10), tagOf(rtcp, sealed));
      const index = sealed.readUInt32BE(sealed.length - 4) - E_FLAG;
      const body = crypt(rtcp, sealed.subarray(4, 8), index, sealed.subarray(8, -4));
      return { plain: Buffer.concat([sealed.subarray(0, 8), body]), index };
    },
  };
}

/** AEAD_AES_128_GCM: RFC 7714 sections 8 and 9. */
export function gcm(master: Master): Reference {
  const session = (first: number): Omit<Session, 'authentication'> => ({
    cipher: derive(master, first, 16),
    salt: derive(master, first + 2, 12),
  });
  const [rtp, rtcp] = [session(0), session(3)];
  const seal = (key: Buffer, iv: Buffer, aad: Buffer, data: Buffer) => {
    const cipher = createCipheriv('aes-128-gcm', key, iv).setAAD(aad);
    return Buffer.concat([cipher.update(data), cipher.final(), cipher.getAuthTag()]);
  };
  const open = (key: Buffer, iv: Buffer, aad: Buffer, data: Buffer) => {
    const cipher = createDecipheriv('aes-128-gcm', key, iv).setAAD(aad).setAuthTag(data.subarray(-16));
    return Buffer.concat([cipher.update(data.subarray(0, -16)), cipher.final()]);
  };
  const rtpIv = (ssrc: Buffer, index: number) =>
    xor(rtp.salt, Buffer.concat([Buffer.alloc(2), ssrc, uint(index, 6)]));
  const rtcpIv = (ssrc: Buffer, index: number) =>
    xor(rtcp.salt, Buffer.concat([Buffer.alloc(2), ssrc, Buffer.alloc(2), uint(index, 4)]));
  return {
    sealRtp(packet, header, index) {
      const aad = packet.subarray(0, header);
      const iv = rtpIv(packet.subarray(8, 12), index);
      return Buffer.concat([aad, seal(rtp.cipher, iv, aad, packet.subarray(header))]);
    },
    openRtp(packet, header, index) {
      const aad = packet.subarray(0, header);
      const iv = rtpIv(packet.subarray(8, 12), index);
      return Buffer.concat([aad, open(rtp.cipher, iv, aad, packet.subarray(header))]);
    },
    sealRtcp(compound, index) {
      const head = compound.subarray(0, 8);
      const word = uint(E_FLAG + index, 4);
      const iv = rtcpIv(compound.subarray(4, 8), index);
      const body = seal(rtcp.cipher, iv, Buffer.concat([head, word]), compound.subarray(8));
      return Buffer.concat([head, body, word]);
    },
    openRtcp(packet) {
      const head = packet.subarray(0, 8);
      const word = packet.subarray(-4);
      const index = word.readUInt32BE() - E_FLAG;
      const iv = rtcpIv(packet.subarray(4, 8), index);
      const body = open(rtcp.cipher, iv, Buffer.concat([head, word]), packet.subarray(8, -4));
      return { plain: Buffer.concat([head, body]), index };
    },
  };
}

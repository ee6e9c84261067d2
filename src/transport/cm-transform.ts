import { AesCtr, type Arena, HmacSha1, KEY_LENGTH, NativeFault, SHA1_LENGTH } from '../native/index.js';
import { KeyDerivation, type KeyLabels, type MasterKey, RTCP_LABELS, RTP_LABELS } from './srtp-keys.js';
import { ENCRYPTED_FLAG, RTCP_HEADER, RTCP_INDEX, type SrtpTransform } from './srtp-transform.js';

const TAG_LENGTH = 10;
const ROC_LENGTH = 4;
const SALT_LENGTH = 14;
const AUTHENTICATION_KEY_LENGTH = 20;
const SCRATCH = 32;
const MAC = 64;
const BLOCK = 96;

/** AES_CM_128_HMAC_SHA1_80 (RFC 3711 section 4) for one direction, whichever: the cipher is its own inverse. */
export class CmTransform implements SrtpTransform {
  readonly rtpOverhead = TAG_LENGTH;
  readonly rtcpOverhead = RTCP_INDEX + TAG_LENGTH;
  readonly spill = SHA1_LENGTH - TAG_LENGTH;
  readonly indexFromEnd = RTCP_INDEX + TAG_LENGTH;
  readonly #arena: Arena;
  readonly #block: number;
  readonly #rtp: Suite;
  readonly #rtcp: Suite;

  /** @throws NativeFault `openssl` or `memory` */
  constructor(arena: Arena, master: MasterKey) {
    this.#arena = arena;
    this.#block = arena.require(BLOCK);
    const keys = new KeyDerivation(arena, master.keyOffset, master.saltOffset, master.saltLength);
    this.#rtp = this.#derive(keys, RTP_LABELS, this.#block);
    this.#rtcp = this.#derive(keys, RTCP_LABELS, this.#block + 16);
    keys.close();
  }

  sealRtp(
    header: number,
    headerLength: number,
    payload: number,
    payloadLength: number,
    index: number,
  ): number {
    const { view } = this.#arena;
    const { iv, cipher, hmac } = this.#rtp;
    const length = headerLength + payloadLength;
    const tag = header + length;
    this.#writeIv(this.#rtp, header + 8, index);
    if (!cipher.crypt(iv, payload, header + headerLength, payloadLength)) return 0;
    view.setUint32(tag, Math.floor(index / 2 ** 16), false);
    return hmac.sign(header, length + ROC_LENGTH, tag) ? length + TAG_LENGTH : 0;
  }

  openRtp(offset: number, headerLength: number, length: number, index: number): number {
    const { view } = this.#arena;
    const { iv, cipher, hmac } = this.#rtp;
    const plain = length - TAG_LENGTH;
    const tag = offset + plain;
    this.#keepTag(tag);
    view.setUint32(tag, Math.floor(index / 2 ** 16), false);
    if (!hmac.sign(offset, plain + ROC_LENGTH, this.#block + MAC) || !this.#sameTag()) return -1;
    this.#writeIv(this.#rtp, offset + 8, index);
    const data = offset + headerLength;
    return cipher.crypt(iv, data, data, plain - headerLength) ? plain : -1;
  }

  sealRtcp(offset: number, length: number, index: number): number {
    const { iv, cipher, hmac } = this.#rtcp;
    const data = offset + RTCP_HEADER;
    const tag = offset + length + RTCP_INDEX;
    this.#writeIv(this.#rtcp, offset + 4, index);
    if (!cipher.crypt(iv, data, data, length - RTCP_HEADER)) return 0;
    this.#arena.view.setUint32(offset + length, ENCRYPTED_FLAG + index, false);
    return hmac.sign(offset, length + RTCP_INDEX, tag) ? length + this.rtcpOverhead : 0;
  }

  openRtcp(offset: number, length: number, index: number): number {
    const { iv, cipher, hmac } = this.#rtcp;
    const plain = length - this.rtcpOverhead;
    this.#keepTag(offset + plain + RTCP_INDEX);
    if (!hmac.sign(offset, plain + RTCP_INDEX, this.#block + MAC) || !this.#sameTag()) return -1;
    this.#writeIv(this.#rtcp, offset + 4, index);
    const data = offset + RTCP_HEADER;
    return cipher.crypt(iv, data, data, plain - RTCP_HEADER) ? plain : -1;
  }

  close(): void {
    for (const { cipher, hmac } of [this.#rtp, this.#rtcp]) {
      cipher.close();
      hmac.close();
    }
    this.#arena.u8.fill(0, this.#block, this.#block + BLOCK);
    this.#arena.release(this.#block);
  }

  /** RFC 3711 section 4.1.1: (salt * 2^16) XOR (SSRC * 2^64) XOR (index * 2^16). */
  #writeIv(suite: Suite, ssrcOffset: number, index: number): void {
    const { view } = this.#arena;
    const { iv } = suite;
    view.setInt32(iv + 4, suite.ssrcSalt ^ view.getInt32(ssrcOffset, false), false);
    view.setInt16(iv + 8, suite.highSalt ^ Math.floor(index / 2 ** 32), false);
    view.setInt32(iv + 10, suite.lowSalt ^ index, false);
  }

  #keepTag(tag: number): void {
    this.#arena.u8.copyWithin(this.#block + SCRATCH, tag, tag + TAG_LENGTH);
  }

  /** Compares without an early end. */
  #sameTag(): boolean {
    const { u8 } = this.#arena;
    const got = this.#block + SCRATCH;
    const wanted = this.#block + MAC;
    let difference = 0;
    for (let index = 0; index < TAG_LENGTH; index++) {
      difference |= (u8[got + index] as number) ^ (u8[wanted + index] as number);
    }
    return difference === 0;
  }

  /** Leaves the salt where the IV will be, whose first four and last two bytes never change. */
  #derive(keys: KeyDerivation, labels: KeyLabels, iv: number): Suite {
    const { u8, view } = this.#arena;
    const key = this.#block + MAC;
    const derive = (label: number, target: number, length: number) => {
      if (!keys.derive(label, target, length)) throw new NativeFault('openssl', 'Cannot derive an SRTP key');
    };
    derive(labels.cipher, key, KEY_LENGTH);
    const cipher = new AesCtr(this.#arena, key);
    derive(labels.authentication, key, AUTHENTICATION_KEY_LENGTH);
    const hmac = new HmacSha1(this.#arena, key, AUTHENTICATION_KEY_LENGTH);
    u8.fill(0, key, key + AUTHENTICATION_KEY_LENGTH);
    derive(labels.salt, iv, SALT_LENGTH);
    u8.fill(0, iv + SALT_LENGTH, iv + 16);
    return {
      iv,
      cipher,
      hmac,
      ssrcSalt: view.getInt32(iv + 4, false),
      highSalt: view.getInt16(iv + 8, false),
      lowSalt: view.getInt32(iv + 10, false),
    };
  }
}

/** The ciphers of RTP or of RTCP. */
interface Suite {
  readonly iv: number;
  readonly cipher: AesCtr;
  readonly hmac: HmacSha1;
  readonly ssrcSalt: number;
  readonly highSalt: number;
  readonly lowSalt: number;
}

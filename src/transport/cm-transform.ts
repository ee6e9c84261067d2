import { AesCtr, type Arena, HmacSha1, KEY_LENGTH, SHA1_LENGTH } from '../native/index.js';
import { KeyDerivation, type KeyLabels, type MasterKey, RTCP_LABELS, RTP_LABELS } from './srtp-keys.js';
import { ENCRYPTED_FLAG, RTCP_HEADER, RTCP_INDEX, type SrtpTransform } from './srtp-transform.js';

const TAG_LENGTH = 10;
const ROC_LENGTH = 4;
const SALT_LENGTH = 14;
const AUTHENTICATION_KEY_LENGTH = 20;
/** Places in the arena's scratch. */
const IV = 0;
const TAG = 16;
const MAC = 32;
const KEY = 64;

/** AES_CM_128_HMAC_SHA1_80 (RFC 3711 section 4) for one direction, whichever: the cipher is its own inverse. */
export class CmTransform implements SrtpTransform {
  readonly rtpOverhead = TAG_LENGTH;
  readonly rtcpOverhead = RTCP_INDEX + TAG_LENGTH;
  readonly spill = SHA1_LENGTH - TAG_LENGTH;
  readonly indexFromEnd = RTCP_INDEX + TAG_LENGTH;
  readonly #arena: Arena;
  readonly #rtp: Suite;
  readonly #rtcp: Suite;

  /** @throws NativeFault `openssl` or `memory` */
  constructor(arena: Arena, master: MasterKey) {
    this.#arena = arena;
    const keys = new KeyDerivation(arena, master.keyOffset, master.saltOffset, master.saltLength);
    this.#rtp = this.#derive(keys, RTP_LABELS);
    this.#rtcp = this.#derive(keys, RTCP_LABELS);
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
    const { cipher, hmac } = this.#rtp;
    const length = headerLength + payloadLength;
    const tag = header + length;
    const iv = this.#writeIv(this.#rtp, header + 8, index);
    if (!cipher.crypt(iv, payload, header + headerLength, payloadLength)) return 0;
    view.setUint32(tag, Math.floor(index / 2 ** 16), false);
    return hmac.sign(header, length + ROC_LENGTH, tag) ? length + TAG_LENGTH : 0;
  }

  openRtp(offset: number, headerLength: number, length: number, index: number): number {
    const { view } = this.#arena;
    const { cipher, hmac } = this.#rtp;
    const plain = length - TAG_LENGTH;
    const tag = offset + plain;
    this.#keepTag(tag);
    view.setUint32(tag, Math.floor(index / 2 ** 16), false);
    if (!hmac.sign(offset, plain + ROC_LENGTH, this.#arena.scratch + MAC) || !this.#sameTag()) return -1;
    const iv = this.#writeIv(this.#rtp, offset + 8, index);
    const data = offset + headerLength;
    return cipher.crypt(iv, data, data, plain - headerLength) ? plain : -1;
  }

  sealRtcp(offset: number, length: number, index: number): number {
    const { cipher, hmac } = this.#rtcp;
    const data = offset + RTCP_HEADER;
    const tag = offset + length + RTCP_INDEX;
    const iv = this.#writeIv(this.#rtcp, offset + 4, index);
    if (!cipher.crypt(iv, data, data, length - RTCP_HEADER)) return 0;
    this.#arena.view.setUint32(offset + length, ENCRYPTED_FLAG + index, false);
    return hmac.sign(offset, length + RTCP_INDEX, tag) ? length + this.rtcpOverhead : 0;
  }

  openRtcp(offset: number, length: number, index: number): number {
    const { cipher, hmac } = this.#rtcp;
    const plain = length - this.rtcpOverhead;
    this.#keepTag(offset + plain + RTCP_INDEX);
    if (!hmac.sign(offset, plain + RTCP_INDEX, this.#arena.scratch + MAC) || !this.#sameTag()) return -1;
    const iv = this.#writeIv(this.#rtcp, offset + 4, index);
    const data = offset + RTCP_HEADER;
    return cipher.crypt(iv, data, data, plain - RTCP_HEADER) ? plain : -1;
  }

  close(): void {
    for (const { cipher, hmac } of [this.#rtp, this.#rtcp]) {
      cipher.close();
      hmac.close();
    }
  }

  /** RFC 3711 section 4.1.1: (salt * 2^16) XOR (SSRC * 2^64) XOR (index * 2^16). @returns where it lies */
  #writeIv(suite: Suite, ssrcOffset: number, index: number): number {
    const { view } = this.#arena;
    const iv = this.#arena.scratch + IV;
    view.setInt32(iv, suite.first, false);
    view.setInt32(iv + 4, suite.ssrc ^ view.getInt32(ssrcOffset, false), false);
    view.setInt16(iv + 8, suite.high ^ Math.floor(index / 2 ** 32), false);
    view.setInt32(iv + 10, suite.low ^ index, false);
    view.setInt16(iv + 14, 0, false);
    return iv;
  }

  #keepTag(tag: number): void {
    this.#arena.u8.copyWithin(this.#arena.scratch + TAG, tag, tag + TAG_LENGTH);
  }

  /** Compares without an early end. */
  #sameTag(): boolean {
    const { u8 } = this.#arena;
    const got = this.#arena.scratch + TAG;
    const wanted = this.#arena.scratch + MAC;
    let difference = 0;
    for (let index = 0; index < TAG_LENGTH; index++) {
      difference |= (u8[got + index] as number) ^ (u8[wanted + index] as number);
    }
    return difference === 0;
  }

  #derive(keys: KeyDerivation, labels: KeyLabels): Suite {
    const { scratch, u8, view } = this.#arena;
    const key = scratch + KEY;
    keys.derive(labels.cipher, key, KEY_LENGTH);
    const cipher = new AesCtr(this.#arena, key);
    keys.derive(labels.authentication, key, AUTHENTICATION_KEY_LENGTH);
    const hmac = new HmacSha1(this.#arena, key, AUTHENTICATION_KEY_LENGTH);
    keys.derive(labels.salt, key, SALT_LENGTH);
    const first = view.getInt32(key, false);
    const ssrc = view.getInt32(key + 4, false);
    const high = view.getInt16(key + 8, false);
    const low = view.getInt32(key + 10, false);
    u8.fill(0, key, key + AUTHENTICATION_KEY_LENGTH);
    return { cipher, hmac, first, ssrc, high, low };
  }
}

/** The ciphers of RTP or of RTCP, and bytes 0 to 3, 4 to 7, 8 and 9, 10 to 13 of the session salt. */
interface Suite {
  readonly cipher: AesCtr;
  readonly hmac: HmacSha1;
  readonly first: number;
  readonly ssrc: number;
  readonly high: number;
  readonly low: number;
}

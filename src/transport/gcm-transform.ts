import { AesGcm, type Arena, GCM_TAG_LENGTH, KEY_LENGTH, NativeFault } from '../native/index.js';
import { KeyDerivation, type KeyLabels, type MasterKey, RTCP_LABELS, RTP_LABELS } from './srtp-keys.js';
import { ENCRYPTED_FLAG, RTCP_HEADER, RTCP_INDEX, type SrtpTransform } from './srtp-transform.js';

const SALT_LENGTH = 12;
const IV = 0;
const RTCP_IV = 16;
const AAD = 32;
const KEY = 48;
const BLOCK = 64;

/** AEAD_AES_128_GCM (RFC 7714) for one direction. */
export class GcmTransform implements SrtpTransform {
  readonly rtpOverhead = GCM_TAG_LENGTH;
  readonly rtcpOverhead = GCM_TAG_LENGTH + RTCP_INDEX;
  readonly spill = 0;
  readonly indexFromEnd = RTCP_INDEX;
  readonly #arena: Arena;
  readonly #block: number;
  readonly #rtp: AesGcm;
  readonly #rtcp: AesGcm;
  readonly #rtpSalt: Salt;
  readonly #rtcpSalt: Salt;

  /** @throws NativeFault `openssl` or `memory` */
  constructor(arena: Arena, master: MasterKey, direction: 'seal' | 'open') {
    this.#arena = arena;
    this.#block = arena.require(BLOCK);
    const keys = new KeyDerivation(arena, master.keyOffset, master.saltOffset, master.saltLength);
    this.#rtpSalt = this.#deriveSalt(keys, RTP_LABELS, IV);
    this.#rtcpSalt = this.#deriveSalt(keys, RTCP_LABELS, RTCP_IV);
    this.#rtp = this.#deriveCipher(keys, RTP_LABELS, direction);
    this.#rtcp = this.#deriveCipher(keys, RTCP_LABELS, direction);
    keys.close();
  }

  sealRtp(
    header: number,
    headerLength: number,
    payload: number,
    payloadLength: number,
    index: number,
  ): number {
    this.#writeRtpIv(header, index);
    const iv = this.#block + IV;
    const target = header + headerLength;
    const sealed = this.#rtp.seal(iv, header, headerLength, payload, target, payloadLength);
    return sealed ? headerLength + payloadLength + GCM_TAG_LENGTH : 0;
  }

  openRtp(offset: number, headerLength: number, length: number, index: number): number {
    const plain = length - GCM_TAG_LENGTH;
    this.#writeRtpIv(offset, index);
    const iv = this.#block + IV;
    return this.#rtp.open(iv, offset, headerLength, offset + headerLength, plain - headerLength) ? plain : -1;
  }

  sealRtcp(offset: number, length: number, index: number): number {
    this.#writeRtcpIv(offset, index);
    const data = offset + RTCP_HEADER;
    const { view } = this.#arena;
    const iv = this.#block + RTCP_IV;
    const aad = this.#block + AAD;
    if (!this.#rtcp.seal(iv, aad, RTCP_HEADER + RTCP_INDEX, data, data, length - RTCP_HEADER)) return 0;
    view.setUint32(offset + length + GCM_TAG_LENGTH, ENCRYPTED_FLAG + index, false);
    return length + this.rtcpOverhead;
  }

  openRtcp(offset: number, length: number, index: number): number {
    this.#writeRtcpIv(offset, index);
    const plain = length - this.rtcpOverhead;
    const iv = this.#block + RTCP_IV;
    const aad = this.#block + AAD;
    const opened = this.#rtcp.open(
      iv,
      aad,
      RTCP_HEADER + RTCP_INDEX,
      offset + RTCP_HEADER,
      plain - RTCP_HEADER,
    );
    return opened ? plain : -1;
  }

  close(): void {
    this.#rtp.close();
    this.#rtcp.close();
    this.#arena.u8.fill(0, this.#block, this.#block + BLOCK);
    this.#arena.release(this.#block);
  }

  /** RFC 7714 section 8.1: two zero bytes, SSRC, ROC and sequence number, all under the salt. */
  #writeRtpIv(packet: number, index: number): void {
    const { view } = this.#arena;
    const iv = this.#block + IV;
    const salt = this.#rtpSalt;
    view.setInt32(iv + 2, salt.ssrc ^ view.getInt32(packet + 8, false), false);
    view.setInt32(iv + 6, salt.middle ^ Math.floor(index / 2 ** 16), false);
    view.setInt16(iv + 10, salt.last ^ index, false);
  }

  /** RFC 7714 section 9.1, and the associated data of section 9.2: the header, then E flag and index. */
  #writeRtcpIv(packet: number, index: number): void {
    const { u8, view } = this.#arena;
    const iv = this.#block + RTCP_IV;
    const aad = this.#block + AAD;
    const salt = this.#rtcpSalt;
    view.setInt32(iv + 2, salt.ssrc ^ view.getInt32(packet + 4, false), false);
    view.setInt16(iv + 6, salt.middle >> 16, false);
    view.setInt32(iv + 8, ((salt.middle << 16) | (salt.last & 0xffff)) ^ index, false);
    u8.copyWithin(aad, packet, packet + RTCP_HEADER);
    view.setUint32(aad + RTCP_HEADER, ENCRYPTED_FLAG + index, false);
  }

  #deriveCipher(keys: KeyDerivation, labels: KeyLabels, direction: 'seal' | 'open'): AesGcm {
    const key = this.#block + KEY;
    derive(keys, labels.cipher, key, KEY_LENGTH);
    const cipher = new AesGcm(this.#arena, key, direction);
    this.#arena.u8.fill(0, key, key + KEY_LENGTH);
    return cipher;
  }

  /** Leaves the salt where the IV will be, whose first two bytes never change. */
  #deriveSalt(keys: KeyDerivation, labels: KeyLabels, at: number): Salt {
    const offset = this.#block + at;
    derive(keys, labels.salt, offset, SALT_LENGTH);
    const { view } = this.#arena;
    return {
      ssrc: view.getInt32(offset + 2, false),
      middle: view.getInt32(offset + 6, false),
      last: view.getInt16(offset + 10, false),
    };
  }
}

/** Bytes 2 to 11 of a session salt. */
interface Salt {
  readonly ssrc: number;
  readonly middle: number;
  readonly last: number;
}

function derive(keys: KeyDerivation, label: number, target: number, length: number): void {
  if (!keys.derive(label, target, length)) throw new NativeFault('openssl', 'Cannot derive an SRTP key');
}

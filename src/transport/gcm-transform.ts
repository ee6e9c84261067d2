import { AesGcm, type Arena, GCM_TAG_LENGTH, KEY_LENGTH } from '../native/index.js';
import { KeyDerivation, type KeyLabels, type MasterKey, RTCP_LABELS, RTP_LABELS } from './srtp-keys.js';
import { ENCRYPTED_FLAG, RTCP_HEADER, RTCP_INDEX, type SrtpTransform } from './srtp-transform.js';

const SALT_LENGTH = 12;
/** Places in the arena's scratch. */
const IV = 0;
const AAD = 16;
const KEY = 32;

/** AEAD_AES_128_GCM (RFC 7714) for one direction. */
export class GcmTransform implements SrtpTransform {
  readonly rtpOverhead = GCM_TAG_LENGTH;
  readonly rtcpOverhead = GCM_TAG_LENGTH + RTCP_INDEX;
  readonly spill = 0;
  readonly indexFromEnd = RTCP_INDEX;
  readonly #arena: Arena;
  readonly #iv: number;
  readonly #rtp: AesGcm;
  readonly #rtcp: AesGcm;
  /** Bytes 0 and 1, 2 to 5, 6 to 9, 10 and 11 of RTP's session salt. */
  readonly #first: number;
  readonly #ssrc: number;
  readonly #middle: number;
  readonly #last: number;
  /** The session salt of RTCP. */
  readonly #rtcpSalt = new DataView(new ArrayBuffer(SALT_LENGTH));

  /** @throws NativeFault `openssl` or `memory` */
  constructor(arena: Arena, master: MasterKey, direction: 'seal' | 'open') {
    const iv = arena.scratch + IV;
    this.#arena = arena;
    this.#iv = iv;
    const keys = new KeyDerivation(arena, master.keyOffset, master.saltOffset, master.saltLength);
    keys.derive(RTP_LABELS.salt, iv, SALT_LENGTH);
    this.#first = arena.view.getInt16(iv, false);
    this.#ssrc = arena.view.getInt32(iv + 2, false);
    this.#middle = arena.view.getInt32(iv + 6, false);
    this.#last = arena.view.getInt16(iv + 10, false);
    keys.derive(RTCP_LABELS.salt, iv, SALT_LENGTH);
    for (let byte = 0; byte < SALT_LENGTH; byte++)
      this.#rtcpSalt.setUint8(byte, arena.view.getUint8(iv + byte));
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
    const target = header + headerLength;
    const sealed = this.#rtp.seal(this.#iv, header, headerLength, payload, target, payloadLength);
    return sealed ? headerLength + payloadLength + GCM_TAG_LENGTH : 0;
  }

  openRtp(offset: number, headerLength: number, length: number, index: number): number {
    const plain = length - GCM_TAG_LENGTH;
    this.#writeRtpIv(offset, index);
    const opened = this.#rtp.open(
      this.#iv,
      offset,
      headerLength,
      offset + headerLength,
      plain - headerLength,
    );
    return opened ? plain : -1;
  }

  sealRtcp(offset: number, length: number, index: number): number {
    this.#writeRtcpIv(offset, index);
    const aad = this.#writeRtcpAad(offset, index);
    const data = offset + RTCP_HEADER;
    const encrypted = length - RTCP_HEADER;
    if (!this.#rtcp.seal(this.#iv, aad, RTCP_HEADER + RTCP_INDEX, data, data, encrypted)) return 0;
    this.#arena.view.setUint32(offset + length + GCM_TAG_LENGTH, ENCRYPTED_FLAG + index, false);
    return length + this.rtcpOverhead;
  }

  openRtcp(offset: number, length: number, index: number): number {
    this.#writeRtcpIv(offset, index);
    const aad = this.#writeRtcpAad(offset, index);
    const plain = length - this.rtcpOverhead;
    const data = offset + RTCP_HEADER;
    const opened = this.#rtcp.open(this.#iv, aad, RTCP_HEADER + RTCP_INDEX, data, plain - RTCP_HEADER);
    return opened ? plain : -1;
  }

  close(): void {
    this.#rtp.close();
    this.#rtcp.close();
  }

  /** RFC 7714 section 8.1: two zero bytes, SSRC, ROC and sequence number, all under the salt. */
  #writeRtpIv(packet: number, index: number): void {
    const { view } = this.#arena;
    const iv = this.#iv;
    view.setInt16(iv, this.#first, false);
    view.setInt32(iv + 2, this.#ssrc ^ view.getInt32(packet + 8, false), false);
    view.setInt32(iv + 6, this.#middle ^ Math.floor(index / 2 ** 16), false);
    view.setInt16(iv + 10, this.#last ^ index, false);
  }

  /** RFC 7714 section 9.1: two zero bytes, SSRC, two zero bytes and the index, all under the salt. */
  #writeRtcpIv(packet: number, index: number): void {
    const { view } = this.#arena;
    const iv = this.#iv;
    const salt = this.#rtcpSalt;
    view.setInt16(iv, salt.getInt16(0, false), false);
    view.setInt32(iv + 2, salt.getInt32(2, false) ^ view.getInt32(packet + 4, false), false);
    view.setInt16(iv + 6, salt.getInt16(6, false), false);
    view.setInt32(iv + 8, salt.getInt32(8, false) ^ index, false);
  }

  /** RFC 7714 section 9.2: the header, then E flag and index. @returns where it lies */
  #writeRtcpAad(packet: number, index: number): number {
    const aad = this.#arena.scratch + AAD;
    this.#arena.u8.copyWithin(aad, packet, packet + RTCP_HEADER);
    this.#arena.view.setUint32(aad + RTCP_HEADER, ENCRYPTED_FLAG + index, false);
    return aad;
  }

  #deriveCipher(keys: KeyDerivation, labels: KeyLabels, direction: 'seal' | 'open'): AesGcm {
    const key = this.#arena.scratch + KEY;
    keys.derive(labels.cipher, key, KEY_LENGTH);
    const cipher = new AesGcm(this.#arena, key, direction);
    this.#arena.u8.fill(0, key, key + KEY_LENGTH);
    return cipher;
  }
}

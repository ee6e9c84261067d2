import type { Memory } from '../kit/index.js';
import { crc32 } from '../kit/index.js';
import type { HmacSha1 } from '../native/index.js';
import * as stun from './stun-constants.js';

const MOST_ATTRIBUTES = 32;
const MOST_UNKNOWN = 4;

/** The required attributes that a binding request, or its answer, may have and this server knows. */
const KNOWN = new Set([
  stun.USERNAME,
  stun.MESSAGE_INTEGRITY,
  stun.ERROR_CODE,
  stun.UNKNOWN_ATTRIBUTES,
  stun.XOR_MAPPED_ADDRESS,
  stun.PRIORITY,
  stun.USE_CANDIDATE,
  0x0001, // MAPPED-ADDRESS, for the other side's benefit only
  0x001c, // MESSAGE-INTEGRITY-SHA256: sent beside MESSAGE-INTEGRITY, which is the one that ICE uses
]);

/** A STUN binding message where it lies: a view to be used again and again. */
export class StunMessage {
  memory!: Memory;
  offset = 0;
  length = 0;
  /** `BINDING_REQUEST`, `BINDING_INDICATION`, `BINDING_SUCCESS` or `BINDING_ERROR`. */
  type = 0;
  usernameOffset = 0;
  /** Bytes of USERNAME; -1 without. */
  usernameLength = -1;
  /** Offset of the MESSAGE-INTEGRITY attribute; -1 without. */
  integrityOffset = -1;
  /** Offset of the FINGERPRINT attribute, always the last one; -1 without. */
  fingerprintOffset = -1;
  /** Offset of XOR-MAPPED-ADDRESS's value; -1 without. */
  mappedOffset = -1;
  /** Of a binding error, 300 to 699; 0 without. */
  errorCode = 0;
  useCandidate = false;
  controlling = false;
  controlled = false;
  /** Required attributes that are not understood, the first few; their number is `unknownCount`. */
  readonly unknown = new Uint16Array(MOST_UNKNOWN);
  unknownCount = 0;

  /**
   * Reads a binding message that fills `length` bytes exactly (RFC 8489 section 5 and 14).
   *
   * Attributes behind MESSAGE-INTEGRITY other than FINGERPRINT are skipped (section 14.5), and of an attribute that
   * is there twice the first one counts.
   *
   * @returns false when it is malformed, or another STUN method
   */
  parse(memory: Memory, offset: number, length: number): boolean {
    const { view } = memory;
    if (length < stun.HEADER_LENGTH || offset < 0 || offset + length > memory.u8.length) return false;
    this.#reset(memory, offset, length);
    this.type = view.getUint16(offset, false);
    if (!isBinding(this.type) || view.getUint32(offset + 4, false) !== stun.MAGIC_COOKIE) return false;
    if (view.getUint16(offset + 2, false) !== length - stun.HEADER_LENGTH || (length & 3) !== 0) return false;
    const end = offset + length;
    let count = 0;
    for (let at = offset + stun.HEADER_LENGTH; at < end; count++) {
      if (count === MOST_ATTRIBUTES || at + 4 > end) return false;
      const size = view.getUint16(at + 2, false);
      const next = at + 4 + ((size + 3) & ~3);
      if (next > end || !this.#attribute(view.getUint16(at, false), at, size, next === end)) return false;
      at = next;
    }
    return true;
  }

  /** Whether FINGERPRINT is right; true as well when there is none (RFC 8489 section 14.7). */
  verifyFingerprint(): boolean {
    if (this.fingerprintOffset < 0) return true;
    const sum = crc32(this.memory.u8, this.offset, this.fingerprintOffset - this.offset);
    return (
      (sum ^ stun.FINGERPRINT_XOR) >>> 0 === this.memory.view.getUint32(this.fingerprintOffset + 4, false)
    );
  }

  /**
   * Whether MESSAGE-INTEGRITY is there and right (RFC 8489 section 14.5). Compares without an early end.
   *
   * @param hmac keyed with the password, over the arena the message lies in
   * @param scratch 20 bytes in that arena
   */
  verifyIntegrity(hmac: HmacSha1, scratch: number): boolean {
    const at = this.integrityOffset;
    if (at < 0) return false;
    const { u8, view } = this.memory;
    // The MAC is made as if MESSAGE-INTEGRITY were the last attribute.
    view.setUint16(this.offset + 2, at + 4 + stun.INTEGRITY_LENGTH - this.offset - stun.HEADER_LENGTH, false);
    const signed = hmac.sign(this.offset, at - this.offset, scratch);
    view.setUint16(this.offset + 2, this.length - stun.HEADER_LENGTH, false);
    let difference = signed ? 0 : 1;
    for (let index = 0; index < stun.INTEGRITY_LENGTH; index++) {
      difference |= (u8[scratch + index] as number) ^ (u8[at + 4 + index] as number);
    }
    return difference === 0;
  }

  #reset(memory: Memory, offset: number, length: number): void {
    this.memory = memory;
    this.offset = offset;
    this.length = length;
    this.usernameLength = -1;
    this.integrityOffset = -1;
    this.fingerprintOffset = -1;
    this.mappedOffset = -1;
    this.errorCode = 0;
    this.useCandidate = false;
    this.controlling = false;
    this.controlled = false;
    this.unknownCount = 0;
  }

  #attribute(type: number, at: number, size: number, last: boolean): boolean {
    if (type === stun.FINGERPRINT) {
      if (size !== 4 || !last) return false;
      this.fingerprintOffset = at;
      return true;
    }
    if (this.integrityOffset >= 0) return true;
    const { view } = this.memory;
    switch (type) {
      case stun.MESSAGE_INTEGRITY:
        this.integrityOffset = at;
        return size === stun.INTEGRITY_LENGTH;
      case stun.USERNAME:
        if (this.usernameLength >= 0) return true;
        this.usernameOffset = at + 4;
        this.usernameLength = size;
        return size <= 513;
      case stun.XOR_MAPPED_ADDRESS:
        if (this.mappedOffset < 0) this.mappedOffset = at + 4;
        return size === 8 || size === 20;
      case stun.ERROR_CODE:
        if (size < 4) return false;
        this.errorCode = (view.getUint8(at + 6) & 7) * 100 + view.getUint8(at + 7);
        return true;
      case stun.USE_CANDIDATE:
        this.useCandidate = true;
        return size === 0;
      case stun.ICE_CONTROLLING:
        this.controlling = true;
        return size === 8;
      case stun.ICE_CONTROLLED:
        this.controlled = true;
        return size === 8;
      default:
        if (type >= stun.COMPREHENSION_OPTIONAL || KNOWN.has(type)) return true;
        if (this.unknownCount < MOST_UNKNOWN) this.unknown[this.unknownCount++] = type;
        return true;
    }
  }
}

function isBinding(type: number): boolean {
  return (
    type === stun.BINDING_REQUEST ||
    type === stun.BINDING_INDICATION ||
    type === stun.BINDING_SUCCESS ||
    type === stun.BINDING_ERROR
  );
}

import type { Memory } from '../kit/index.js';
import { crc32 } from '../kit/index.js';
import type { HmacSha1 } from '../native/index.js';
import { readIp } from './ip-address.js';
import * as stun from './stun-constants.js';

/** The longest answer a request gets: XOR-MAPPED-ADDRESS with IPv6, MESSAGE-INTEGRITY and FINGERPRINT. */
export const LONGEST_ANSWER = stun.HEADER_LENGTH + 24 + 24 + 8;

/** Writes a STUN message attribute by attribute; to be used again and again. */
export class StunWriter {
  readonly #ip = new Uint8Array(16);
  #memory!: Memory;
  #offset = 0;
  #end = 0;

  /**
   * Begins a message with room for what follows at `offset`.
   *
   * @param transactionOffset where the 12 bytes of the transaction identifier are to be copied from
   */
  begin(memory: Memory, offset: number, type: number, transactionOffset: number): void {
    this.#memory = memory;
    this.#offset = offset;
    memory.u8.copyWithin(offset + stun.TRANSACTION_OFFSET, transactionOffset, transactionOffset + 12);
    memory.view.setUint16(offset, type, false);
    memory.view.setUint32(offset + 4, stun.MAGIC_COOKIE, false);
    this.#end = offset + stun.HEADER_LENGTH;
    this.#setLength();
  }

  /** Where the sender of a request was seen: from a socket address, an IPv4-mapped one as IPv4. */
  xorMappedAddress(sourceOffset: number): void {
    const { view } = this.#memory;
    const ip = this.#ip;
    const size = readIp(this.#memory, sourceOffset, ip);
    const at = this.#attribute(stun.XOR_MAPPED_ADDRESS, 4 + size);
    view.setUint16(at, size === 4 ? 0x01 : 0x02, false);
    view.setUint16(at + 2, view.getUint16(sourceOffset + 2, false) ^ (stun.MAGIC_COOKIE >>> 16), false);
    // The key is the magic cookie and the transaction identifier, which lie in the header in just this order.
    for (let index = 0; index < size; index++) {
      const key = view.getUint8(this.#offset + 4 + index);
      view.setUint8(at + 4 + index, (ip[index] as number) ^ key);
    }
  }

  /** ERROR-CODE without a reason phrase, which nobody reads. */
  errorCode(code: number): void {
    const at = this.#attribute(stun.ERROR_CODE, 4);
    this.#memory.view.setUint32(at, (Math.floor(code / 100) << 8) | (code % 100), false);
  }

  unknownAttributes(types: Uint16Array, count: number): void {
    const at = this.#attribute(stun.UNKNOWN_ATTRIBUTES, 2 * count);
    for (let index = 0; index < count; index++) {
      this.#memory.view.setUint16(at + 2 * index, types[index] as number, false);
    }
  }

  /** Any attribute with the given value, padded with zeros. */
  attribute(type: number, value: Uint8Array): void {
    this.#memory.u8.set(value, this.#attribute(type, value.length));
  }

  /**
   * MESSAGE-INTEGRITY over what was written, with a key in the arena the message lies in.
   *
   * @returns whether OpenSSL did it
   */
  messageIntegrity(hmac: HmacSha1): boolean {
    const length = this.#end - this.#offset;
    const at = this.#attribute(stun.MESSAGE_INTEGRITY, stun.INTEGRITY_LENGTH);
    return hmac.sign(this.#offset, length, at);
  }

  /**
   * FINGERPRINT, which ends the message.
   *
   * @returns the message's length
   */
  fingerprint(): number {
    const length = this.#end - this.#offset;
    const at = this.#attribute(stun.FINGERPRINT, 4);
    const sum = crc32(this.#memory.u8, this.#offset, length) ^ stun.FINGERPRINT_XOR;
    this.#memory.view.setUint32(at, sum >>> 0, false);
    return this.#end - this.#offset;
  }

  #attribute(type: number, size: number): number {
    const { u8, view } = this.#memory;
    const at = this.#end;
    const padded = (size + 3) & ~3;
    u8.fill(0, at + 4 + size, at + 4 + padded);
    view.setUint16(at, type, false);
    view.setUint16(at + 2, size, false);
    this.#end = at + 4 + padded;
    this.#setLength();
    return at + 4;
  }

  #setLength(): void {
    this.#memory.view.setUint16(this.#offset + 2, this.#end - this.#offset - stun.HEADER_LENGTH, false);
  }
}

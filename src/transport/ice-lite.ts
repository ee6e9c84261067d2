import { type Arena, HmacSha1 } from '../native/index.js';
import type { IceCredentials } from './ice-credentials.js';
import type { StunMessage } from './stun.js';
import * as stun from './stun-constants.js';
import type { StunWriter } from './stun-writer.js';

const MOST_ADDRESSES = 4;
/** After this long without a sign of life from the selected address a check from another one is followed, ms. */
const SILENCE = 3000;

/**
 * The lite half of ICE (RFC 8445): answers connectivity checks, remembers where they came from, and sends to whichever
 * address the peer nominated last, so that a peer may change its network. A lite agent asks for no consent (RFC 7675
 * section 3), the peer's own checks show it: when they come from elsewhere only, media follows them, nominated or not;
 * but once guarded, to addresses alone where the peer is proven to receive. Addresses are the port's identifiers.
 */
export class IceLite {
  readonly #username: Buffer;
  readonly #hmac: HmacSha1;
  readonly #addresses: number[] = [];
  /** Those of the addresses where the peer has shown that it receives. */
  readonly #proven: number[] = [];
  #guarded = false;
  #selected = -1;
  #nominated = false;
  /** When the selected address was last heard of, ms. */
  #heard = 0;

  /**
   * @param remoteUfrag of the peer's session description
   * @throws NativeFault `openssl` or `memory`
   */
  constructor(
    arena: Arena,
    readonly credentials: IceCredentials,
    remoteUfrag: string,
  ) {
    const { ufrag, password } = credentials;
    this.#username = Buffer.from(`${ufrag}:${remoteUfrag}`, 'utf8');
    const scratch = arena.require(password.length);
    arena.u8.set(Buffer.from(password, 'latin1'), scratch);
    this.#hmac = new HmacSha1(arena, scratch, password.length);
    arena.u8.fill(0, scratch, scratch + password.length);
    arena.release(scratch);
  }

  /** The address to send to: the one nominated last or, before any was, the one heard of last; -1 for none. */
  get selected(): number {
    return this.#selected;
  }

  /** The addresses that authenticated requests came from, at most four. */
  get addresses(): readonly number[] {
    return this.#addresses;
  }

  /** Whether only proven addresses are sent to. */
  get guarded(): boolean {
    return this.#guarded;
  }

  hasProven(address: number): boolean {
    return this.#proven.includes(address);
  }

  /** Whether USERNAME is the peer's name and ours (RFC 8445 section 7.2.2). */
  knows(request: StunMessage): boolean {
    const expected = this.#username;
    if (request.usernameLength !== expected.length) return false;
    const { u8 } = request.memory;
    for (let index = 0; index < expected.length; index++) {
      if (u8[request.usernameOffset + index] !== expected[index]) return false;
    }
    return true;
  }

  /** Whether the sender of a request has the password. @param scratch 20 bytes of the arena */
  authenticates(request: StunMessage, scratch: number): boolean {
    return request.verifyIntegrity(this.#hmac, scratch);
  }

  /**
   * Writes the answer to an authenticated request, at most `LONGEST_ANSWER` bytes.
   *
   * The peer of a lite agent has to be the controlling one; if it says it is controlled it gets a 487, upon which it
   * switches, for a lite agent cannot (RFC 8445 section 7.3.1.1). Unknown required attributes get a 420.
   *
   * @param source arena offset of the socket address the request came from
   * @returns the answer's length; 0 when OpenSSL would not sign it
   */
  answer(request: StunMessage, source: number, writer: StunWriter, offset: number): number {
    const { memory } = request;
    const transaction = request.offset + stun.TRANSACTION_OFFSET;
    if (isAcceptable(request)) {
      writer.begin(memory, offset, stun.BINDING_SUCCESS, transaction);
      writer.xorMappedAddress(source);
    } else {
      writer.begin(memory, offset, stun.BINDING_ERROR, transaction);
      writer.errorCode(request.unknownCount > 0 ? stun.UNKNOWN_ATTRIBUTE : stun.ROLE_CONFLICT);
      if (request.unknownCount > 0) writer.unknownAttributes(request.unknown, request.unknownCount);
    }
    return writer.messageIntegrity(this.#hmac) ? writer.fingerprint() : 0;
  }

  /**
   * Notes where an authenticated request came from, and follows its nomination.
   *
   * @returns an address that has to make room for it; -1 for none
   */
  accept(request: StunMessage, address: number, now: number): number {
    const evicted = this.#admit(address);
    this.#follow(address, nominates(request), now);
    return evicted;
  }

  /**
   * Notes that the peer receives at an address, and follows it there if its last check wanted that.
   *
   * @returns an address that has to make room for it; -1 for none
   */
  prove(address: number, nominated: boolean, now: number): number {
    const evicted = this.#admit(address);
    if (!this.#proven.includes(address)) this.#proven.push(address);
    this.#follow(address, nominated, now);
    return evicted;
  }

  /** From now on only proven addresses are sent to. */
  guard(): void {
    this.#guarded = true;
    if (!this.#proven.includes(this.#selected)) this.#fallBack();
  }

  /** Something authentic has come from an address. */
  hear(address: number, now: number): void {
    if (address === this.#selected) this.#heard = now;
  }

  /** Drops an address that is another peer's now, or a connection that is over. */
  forget(address: number): void {
    this.#remove(address);
    if (this.#selected !== address) return;
    this.#fallBack();
  }

  close(): void {
    this.#hmac.close();
  }

  /** @returns the address that makes room for another; -1 for none */
  #admit(address: number): number {
    if (this.#addresses.includes(address)) return -1;
    let evicted = -1;
    if (this.#addresses.length === MOST_ADDRESSES) {
      const others = this.#addresses.filter((each) => each !== this.#selected);
      evicted = others.find((each) => !this.#proven.includes(each)) ?? others[0] ?? -1;
      this.#remove(evicted);
    }
    this.#addresses.push(address);
    return evicted;
  }

  #follow(address: number, nominated: boolean, now: number): void {
    if (this.#guarded && !this.#proven.includes(address)) return;
    if (nominated || !this.#nominated || now - this.#heard >= SILENCE) this.#selected = address;
    if (nominated) this.#nominated = true;
    this.hear(address, now);
  }

  #fallBack(): void {
    this.#selected = (this.#guarded ? this.#proven : this.#addresses).at(-1) ?? -1;
    this.#nominated = false;
  }

  #remove(address: number): void {
    for (const list of [this.#addresses, this.#proven]) {
      const index = list.indexOf(address);
      if (index >= 0) list.splice(index, 1);
    }
  }
}

/** Whether a request wants media to go where it comes from. */
export function nominates(request: StunMessage): boolean {
  return request.useCandidate && isAcceptable(request);
}

function isAcceptable(request: StunMessage): boolean {
  return !request.controlled && request.unknownCount === 0;
}

import { randomBytes } from 'node:crypto';
import { type Arena, HmacSha1 } from '../native/index.js';
import type { IceCredentials } from './ice-credentials.js';
import type { StunMessage } from './stun.js';
import * as stun from './stun-constants.js';
import type { StunWriter } from './stun-writer.js';

/** The longest question: a user name fragment has 256 characters at most (RFC 8839 section 5.4). */
export const LONGEST_QUESTION = stun.HEADER_LENGTH + 4 + 268 + 8 + 12 + 24 + 8;

const MOST_PENDING = 4;
/** An address is asked no more often, ms. */
const PATIENCE = 50;
/** Of the local user name fragment, by which an answer finds its transport. */
const OWNER_CHARACTERS = 4;
/** RFC 8445 section 5.1.2.1, of a peer-reflexive candidate: nobody goes by it. */
const CANDIDATE_PRIORITY = Buffer.from('6e0001ff', 'hex');

interface Question {
  readonly address: number;
  readonly transaction: Buffer;
  /** A check from there nominated it. */
  nominated: boolean;
  askedAt: number;
}

/**
 * Has an address show that the peer receives there, before media goes to it: a binding request with a transaction
 * identifier nobody can guess (RFC 8445 section 7.2, as RFC 7675 has it for consent). Who only writes the address as
 * that of the sender never sees it, and who plays back a check that he has overheard lacks the peer's password.
 */
export class PathProof {
  readonly #arena: Arena;
  readonly #username: Buffer;
  readonly #owner: Buffer;
  readonly #password: string;
  readonly #tieBreaker = randomBytes(8);
  readonly #pending: Question[] = [];
  /** Most transports never ask. */
  #hmac: HmacSha1 | null = null;

  /** @param remoteUfrag and `remotePassword` are of the peer's session description */
  constructor(arena: Arena, credentials: IceCredentials, remoteUfrag: string, remotePassword: string) {
    this.#arena = arena;
    this.#username = Buffer.from(`${remoteUfrag}:${credentials.ufrag}`, 'utf8');
    this.#owner = Buffer.from(credentials.ufrag.slice(0, OWNER_CHARACTERS), 'latin1');
    this.#password = remotePassword;
  }

  /**
   * Writes what to ask an address, at most `LONGEST_QUESTION` bytes.
   *
   * @param nominated whether it is to get the media once it has answered
   * @returns the length; 0 when it was asked just now, or OpenSSL would not sign
   * @throws NativeFault `openssl` or `memory`
   */
  ask(address: number, nominated: boolean, writer: StunWriter, offset: number, now: number): number {
    const question = this.#questionFor(address, now);
    question.nominated ||= nominated;
    if (now - question.askedAt < PATIENCE) return 0;
    question.askedAt = now;
    this.#arena.u8.set(question.transaction, this.#arena.scratch);
    writer.begin(this.#arena, offset, stun.BINDING_REQUEST, this.#arena.scratch);
    writer.attribute(stun.USERNAME, this.#username);
    writer.attribute(stun.PRIORITY, CANDIDATE_PRIORITY);
    writer.attribute(stun.ICE_CONTROLLED, this.#tieBreaker);
    return writer.messageIntegrity(this.#keyed()) ? writer.fingerprint() : 0;
  }

  /**
   * Takes a binding success that came from `address`.
   *
   * @param scratch 20 bytes of the arena
   * @returns the question it answers, which is asked no more; null when it answers none, or not authentically
   */
  answered(message: StunMessage, address: number, scratch: number): { readonly nominated: boolean } | null {
    const at = message.offset + stun.TRANSACTION_OFFSET;
    const transaction = message.memory.u8.subarray(at, at + stun.TRANSACTION_LENGTH);
    const index = this.#pending.findIndex(
      (question) => question.address === address && question.transaction.equals(transaction),
    );
    const question = this.#pending[index];
    if (question === undefined || !message.verifyIntegrity(this.#keyed(), scratch)) return null;
    this.#pending.splice(index, 1);
    return question;
  }

  /** Whether any address has been asked and has not answered. */
  get asking(): boolean {
    return this.#pending.length > 0;
  }

  /** Whether this one has. */
  awaits(address: number): boolean {
    return this.#pending.some((question) => question.address === address);
  }

  close(): void {
    this.#hmac?.close();
  }

  #questionFor(address: number, now: number): Question {
    const known = this.#pending.find((question) => question.address === address);
    if (known !== undefined) return known;
    if (this.#pending.length === MOST_PENDING) this.#pending.shift();
    const transaction = Buffer.concat([
      this.#owner,
      randomBytes(stun.TRANSACTION_LENGTH - this.#owner.length),
    ]);
    const question = { address, transaction, nominated: false, askedAt: now - PATIENCE };
    this.#pending.push(question);
    return question;
  }

  #keyed(): HmacSha1 {
    if (this.#hmac !== null) return this.#hmac;
    const { u8 } = this.#arena;
    const key = Buffer.from(this.#password, 'utf8');
    const place = this.#arena.require(key.length);
    u8.set(key, place);
    try {
      this.#hmac = new HmacSha1(this.#arena, place, key.length);
    } finally {
      u8.fill(0, place, place + key.length);
      this.#arena.release(place);
    }
    return this.#hmac;
  }
}

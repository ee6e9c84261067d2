import { createDecipheriv, createHmac } from 'node:crypto';
import { type Arena, baseOf } from './arena.js';
import { recordLength } from './dtls-records.js';
import { openssl } from './openssl.js';

/** What an alert says: `closed` is close_notify, `failed` any fatal one; null what means nothing (RFC 5246 section 7.2). */
export type Closure = 'closed' | 'failed' | null;

interface Suite {
  readonly cipher: 'aes-128-gcm' | 'aes-256-gcm';
  readonly keyLength: number;
  /** Of the pseudorandom function. */
  readonly hash: 'sha256' | 'sha384';
}

const AES_128: Suite = { cipher: 'aes-128-gcm', keyLength: 16, hash: 'sha256' };
const AES_256: Suite = { cipher: 'aes-256-gcm', keyLength: 32, hash: 'sha384' };
/** By the numbers of RFC 5289 section 3.2: ECDHE with ECDSA, then with RSA. */
const SUITES = new Map<number, Suite>([
  [0xc02b, AES_128],
  [0xc02c, AES_256],
  [0xc02f, AES_128],
  [0xc030, AES_256],
]);

const MASTER_SECRET = 48;
const RANDOM = 32;
const SECRETS = MASTER_SECRET + 2 * RANDOM;
/** Places in a record (RFC 6347 section 4.1), and of its AEAD form (RFC 5288 section 3). */
const ALERT = 21;
const EPOCH_AND_SEQUENCE = 3;
const CIPHERTEXT = 21;
const EXPLICIT_NONCE = 8;
const IMPLICIT_NONCE = 4;
const TAG = 16;
const ALERT_LENGTH = 2;
const ALERT_RECORD = CIPHERTEXT + ALERT_LENGTH + TAG;
/** Bytes; our own goodbye is an alert record too. */
const LONGEST_GOODBYE = 64;
const NOTHING = new Uint8Array(0);
/** DTLS 1.2, and the epoch of the only handshake there was. */
const VERSION = 0xfefd;
const EPOCH = 1;
const FATAL = 2;
const CLOSE_NOTIFY = 0;

/**
 * What is left of a connection when OpenSSL's is freed: it opens the peer's alerts, all that a finished DTLS 1.2
 * connection of SRTP still has to understand, and keeps our goodbye, which OpenSSL has sealed beforehand. Knows the
 * AES-GCM suites, which every browser agrees on.
 */
export class ClosureAlerts {
  readonly #arena: Arena;
  readonly #suite: Suite;
  readonly #peerIsClient: boolean;
  #goodbye = NOTHING;
  /** Master secret, server random, client random, in the order the key expansion wants them; 0 once released. */
  #secrets: number;
  /** The peer's write key and implicit nonce, made when they are first needed. */
  #keys: { readonly key: Buffer; readonly nonce: Buffer } | null = null;

  private constructor(arena: Arena, suite: Suite, peerIsClient: boolean, secrets: number) {
    this.#arena = arena;
    this.#suite = suite;
    this.#peerIsClient = peerIsClient;
    this.#secrets = secrets;
  }

  /**
   * Copies what it needs from a connection whose handshake is done.
   *
   * @param ssl pointer to the SSL
   * @returns null for another suite, or without memory
   */
  static of(arena: Arena, ssl: number, peerIsClient: boolean): ClosureAlerts | null {
    const o = openssl();
    const cipher = o.SSL_get_current_cipher(ssl);
    const session = o.SSL_get_session(ssl);
    const suite = cipher === 0 ? undefined : SUITES.get(o.SSL_CIPHER_get_protocol_id(cipher));
    const secrets = session === 0 || !suite ? -1 : arena.allocate(SECRETS);
    if (!suite || secrets < 0) return null;
    const alerts = new ClosureAlerts(arena, suite, peerIsClient, secrets);
    const master = baseOf(arena) + secrets;
    const complete =
      o.SSL_SESSION_get_master_key(session, master, MASTER_SECRET) === MASTER_SECRET &&
      o.SSL_get_server_random(ssl, master + MASTER_SECRET, RANDOM) === RANDOM &&
      o.SSL_get_client_random(ssl, master + MASTER_SECRET + RANDOM, RANDOM) === RANDOM;
    if (complete) return alerts;
    alerts.close();
    return null;
  }

  /** Takes the sealed goodbye out of a BIO. */
  keepGoodbye(bio: number): void {
    const { scratch, u8 } = this.#arena;
    const length = Math.max(0, openssl().BIO_read(bio, baseOf(this.#arena) + scratch, LONGEST_GOODBYE));
    this.#goodbye = u8.slice(scratch, scratch + length);
  }

  /** Writes the goodbye, once. @returns its length; 0 when it has gone */
  pull(offset: number): number {
    const goodbye = this.#goodbye;
    this.#goodbye = NOTHING;
    this.#arena.u8.set(goodbye, offset);
    return goodbye.length;
  }

  /** Reads a whole record. What is not the peer's alert, or not authentic, means nothing. */
  read(offset: number): Closure {
    const { u8, view } = this.#arena;
    if (this.#secrets === 0 || recordLength(this.#arena, offset) !== ALERT_RECORD) return null;
    const expected = u8[offset] === ALERT && view.getUint16(offset + 1, false) === VERSION;
    if (!expected || view.getUint16(offset + EPOCH_AND_SEQUENCE, false) !== EPOCH) return null;
    const alert = this.#open(u8.subarray(offset, offset + ALERT_RECORD));
    if (alert === null) return null;
    if (alert[1] === CLOSE_NOTIFY) return 'closed';
    return alert[0] === FATAL ? 'failed' : null;
  }

  /** Forgets the keys. Idempotent; nothing can be read afterwards. */
  close(): void {
    if (this.#secrets === 0) return;
    this.#arena.u8.fill(0, this.#secrets, this.#secrets + SECRETS);
    this.#arena.release(this.#secrets);
    this.#secrets = 0;
    this.#keys?.key.fill(0);
    this.#keys = null;
  }

  /** @returns level and description; null when the record is not authentic */
  #open(record: Uint8Array): Uint8Array | null {
    this.#keys ??= this.#expand();
    const { key, nonce } = this.#keys;
    const body = record.subarray(CIPHERTEXT - EXPLICIT_NONCE, CIPHERTEXT);
    const decipher = createDecipheriv(this.#suite.cipher, key, Buffer.concat([nonce, body]));
    // Epoch and sequence number, type, version, and the length of the plain text (RFC 5246 section 6.2.3.3).
    const sequence = record.subarray(EPOCH_AND_SEQUENCE, EPOCH_AND_SEQUENCE + 8);
    decipher.setAAD(Buffer.concat([sequence, record.subarray(0, 3), Buffer.of(0, ALERT_LENGTH)]));
    decipher.setAuthTag(record.subarray(CIPHERTEXT + ALERT_LENGTH));
    const alert = decipher.update(record.subarray(CIPHERTEXT, CIPHERTEXT + ALERT_LENGTH));
    try {
      decipher.final();
    } catch {
      return null;
    }
    return alert;
  }

  /** RFC 5246 section 6.3: both write keys, then both implicit nonces, the client's first. */
  #expand(): { key: Buffer; nonce: Buffer } {
    const { hash, keyLength } = this.#suite;
    const secrets = Buffer.from(this.#arena.u8.subarray(this.#secrets, this.#secrets + SECRETS));
    const seed = Buffer.concat([Buffer.from('key expansion'), secrets.subarray(MASTER_SECRET)]);
    const block = expandSecret(
      hash,
      secrets.subarray(0, MASTER_SECRET),
      seed,
      2 * (keyLength + IMPLICIT_NONCE),
    );
    const side = this.#peerIsClient ? 0 : 1;
    const key = Buffer.from(block.subarray(side * keyLength, (side + 1) * keyLength));
    const nonces = block.subarray(2 * keyLength);
    const nonce = Buffer.from(nonces.subarray(side * IMPLICIT_NONCE, (side + 1) * IMPLICIT_NONCE));
    secrets.fill(0);
    block.fill(0);
    return { key, nonce };
  }
}

/** P_hash of RFC 5246 section 5. */
function expandSecret(hash: Suite['hash'], secret: Buffer, seed: Buffer, length: number): Buffer {
  const hmac = (text: Buffer) => createHmac(hash, secret).update(text).digest();
  const parts: Buffer[] = [];
  let link = seed;
  for (let made = 0; made < length; made += (parts.at(-1) as Buffer).length) {
    link = hmac(link);
    parts.push(hmac(Buffer.concat([link, seed])));
  }
  return Buffer.concat(parts).subarray(0, length);
}

import { type Arena, baseOf } from './arena.js';
import { fetchCipher, KEY_LENGTH } from './ciphers.js';
import { type OpenSsl, openssl } from './openssl.js';
import { opensslFault } from './openssl-errors.js';

export const CTR_IV_LENGTH = 16;

/** AES-128 in counter mode with one kept key: the cipher of RFC 3711 4.1.1, and its key derivation function. */
export class AesCtr {
  readonly #openssl: OpenSsl;
  readonly #arena: Arena;
  readonly #base: number;
  #context: number;

  /**
   * @param keyOffset 16 bytes in the arena; copied
   * @throws NativeFault `openssl`
   */
  constructor(arena: Arena, keyOffset: number) {
    arena.check(keyOffset, KEY_LENGTH);
    this.#openssl = openssl();
    this.#arena = arena;
    this.#base = baseOf(arena);
    const cipher = fetchCipher('AES-128-CTR');
    this.#context = this.#openssl.EVP_CIPHER_CTX_new();
    const key = this.#base + keyOffset;
    if (this.#context === 0 || this.#openssl.EVP_EncryptInit_ex2(this.#context, cipher, key, 0, 0) !== 1) {
      const fault = opensslFault(arena, 'Cannot set an AES-128-CTR key');
      this.close();
      throw fault;
    }
  }

  /**
   * Encrypts or decrypts, which is the same, `length` bytes from `source` to `target`.
   *
   * @param ivOffset 16 bytes: the first counter block
   * @param source may be `target`, but must not overlap it otherwise
   * @returns whether OpenSSL did it
   */
  crypt(ivOffset: number, source: number, target: number, length: number): boolean {
    if (this.#context === 0) throw new RangeError('This AES-CTR key is closed');
    const arena = this.#arena;
    arena.check(ivOffset, CTR_IV_LENGTH);
    arena.check(source, length);
    arena.check(target, length);
    const o = this.#openssl;
    const base = this.#base;
    return (
      o.EVP_EncryptInit_ex2(this.#context, 0, 0, base + ivOffset, 0) === 1 &&
      (length === 0 || o.EVP_Cipher(this.#context, base + target, base + source, length) === length)
    );
  }

  /** Frees the key. Idempotent. */
  close(): void {
    if (this.#context !== 0) this.#openssl.EVP_CIPHER_CTX_free(this.#context);
    this.#context = 0;
  }
}
